/* bk_versions: version counters by which a cache entry is invalidated; every write increments one.
 *
 * A cache must not return what a finished write has replaced, although a reader that was slower
 * than the write may store the old value after it. So a reader takes the version of an object
 * *before* it reads the store, and stores it with what it read; a writer increments the version
 * *after* the store has taken the write, and before it answers. An entry whose version differs from
 * the current one is a miss, whenever it was stored. That needs no lock, and nothing has to be
 * removed.
 *
 * There is a fixed number of counters, in memory that all processes of a host share; an object's
 * hash chooses its counter. If two objects share one, the only effect is an additional read of the
 * store.
 *
 * Other hosts have counters of their own, which cannot be compared with these. An entry of another
 * host is valid unless the object was written here within the time that entries live.
 */
#ifndef BK_VERSIONS_H
#define BK_VERSIONS_H

#include <stdatomic.h>

#include <apr.h>

#include "bk_layout.h"

#define BK_VERSIONS 4096

/** The counter of all objects with the same hash modulo BK_VERSIONS. */
typedef struct bk_versions_counter_t {
    _Atomic apr_uint64_t version;
    _Atomic apr_int64_t written; /* when it was last incremented, monotonic milliseconds */
} bk_versions_counter_t;

typedef struct bk_versions_t {
    apr_uint64_t origin; /* identifies this host and run of httpd; never 0 */
    apr_int64_t begin;   /* when they were initialized, monotonic milliseconds */
    bk_versions_counter_t counters[BK_VERSIONS];
} bk_versions_t;

extern const bk_layout_t bk_versions_layout; /* nothing stays: another layout has another origin */

/** The version of an object, which a reader takes before it reads the store. */
typedef struct bk_version_t {
    apr_uint64_t origin;
    apr_uint64_t number;
    apr_uint32_t counter; /* index of the counter */
} bk_version_t;

/**
 * Initialize counters, once, before any other process can see them.
 * @param versions  zeros
 * @param origin    a random number
 * @param now       monotonic milliseconds
 */
void bk_versions_begin(bk_versions_t *versions, apr_uint64_t origin, apr_int64_t now);

/** The current version of an object. @param hash  of its name */
bk_version_t bk_versions_take(const bk_versions_t *versions, apr_uint64_t hash);

/** Increment the version of an object after it was written. @param now  monotonic milliseconds */
void bk_versions_move(bk_versions_t *versions, apr_uint64_t hash, apr_int64_t now);

/**
 * Tell whether an entry with this version is still valid.
 * @param now  monotonic milliseconds
 * @param ttl  how long entries live, in milliseconds
 */
int bk_versions_hold(const bk_versions_t *versions, const bk_version_t *version, apr_int64_t now,
                     apr_int64_t ttl);

#endif
