/* bk_versions: whether what was read is still so: counters that every write moves on.
 *
 * A cache must not give back what a finished write has replaced, although a reader that was slower
 * than the write may put it there after it. So a reader takes the version of a thing *before* it
 * reads the store, and keeps it with what it read; a writer moves the version on *after* the store
 * has taken the write, and before it answers. What is kept under another version than today's
 * counts for nothing, whenever it was put there. No lock is needed for that, and nothing has to be
 * removed.
 *
 * There is a number of counters, and each thing has one, by its hash: that two share one costs a
 * read of the store, no more. They lie in memory that all processes of a host share.
 *
 * Other hosts have counters of their own, which say nothing here. What another host kept is
 * believed, unless the thing was written here since it could have been read: within the time that
 * entries live.
 */
#ifndef BK_VERSIONS_H
#define BK_VERSIONS_H

#include <stdatomic.h>

#include <apr.h>

#include "bk_layout.h"

#define BK_VERSIONS 4096

/** The counter of all things of a hash. */
typedef struct bk_versions_counter_t {
    _Atomic apr_uint64_t version;
    _Atomic apr_int64_t written; /* when it was moved on, in monotonic milliseconds */
} bk_versions_counter_t;

typedef struct bk_versions_t {
    apr_uint64_t origin; /* whose counters these are; never 0 */
    apr_int64_t begin;   /* since when, in monotonic milliseconds */
    bk_versions_counter_t counters[BK_VERSIONS];
} bk_versions_t;

extern const bk_layout_t bk_versions_layout; /* nothing stays: they begin with another origin */

/** What a reader takes before it reads the store. */
typedef struct bk_version_t {
    apr_uint64_t origin;
    apr_uint64_t number;
    apr_uint32_t counter; /* which */
} bk_version_t;

/**
 * Begin, once, before any other process can see them.
 * @param versions  zeros
 * @param origin    a random number
 * @param now       monotonic milliseconds
 */
void bk_versions_begin(bk_versions_t *versions, apr_uint64_t origin, apr_int64_t now);

/** Take the version of a thing. @param hash  of its name */
bk_version_t bk_versions_take(const bk_versions_t *versions, apr_uint64_t hash);

/** Move the version of a thing on: it was written. @param now  monotonic milliseconds */
void bk_versions_move(bk_versions_t *versions, apr_uint64_t hash, apr_int64_t now);

/**
 * Tell whether what was read under a version may still be given out.
 * @param now  monotonic milliseconds
 * @param ttl  how long what was read is kept, in milliseconds
 */
int bk_versions_hold(const bk_versions_t *versions, const bk_version_t *version, apr_int64_t now,
                     apr_int64_t ttl);

#endif
