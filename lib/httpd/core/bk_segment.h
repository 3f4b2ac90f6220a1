/* bk_segment: memory that all children of an httpd share, identified by a name and a layout.
 *
 * The memory is anonymous, so that nothing is left behind and no file name can clash. The process
 * owns it and not the configuration: a graceful restart keeps it, and the children from before and
 * after the restart use it at the same time. It begins as zeros and ends when httpd stops.
 *
 * After an upgrade and a graceful restart the new modules may have another layout. They then find
 * no segment of their layout and create one; the old children keep theirs, which the system frees
 * when the last of them has ended.
 *
 * A generation is the time from one (re)start to the next: its number goes up with each restart.
 * The parent frees a segment that was used neither in this generation nor in the one before.
 *
 * All modules of a process find the same segments, also modules of different versions.
 */
#ifndef BK_SEGMENT_H
#define BK_SEGMENT_H

#include <httpd.h>

#include "bk_layout.h"

typedef struct bk_segment_t {
    struct bk_segment_t *next; /* created before this one */
    const char *name;
    apr_uint64_t fingerprint;  /* of the layout */
    const bk_layout_t *layout; /* of each record; NULL: not for modules of another layout */
    char *base;                /* begins on a cache line */
    apr_size_t size;           /* bytes */
    apr_size_t records;        /* how many there are, each after a header */
    int generation;            /* the last that used it */
    int is_kept;               /* never freed while httpd runs */
    apr_pool_t *pool;          /* its own, a child of the process's pool */
} bk_segment_t;

/**
 * Find a segment.
 * @param after  NULL: find the newest; else the next older one
 * @return NULL: there is none, or no older one
 */
const bk_segment_t *bk_segment_next(const char *name, apr_uint64_t fingerprint,
                                    const bk_segment_t *after);

/**
 * Note that this generation uses all segments of a name and a layout. Called in post_config, by the
 * parent.
 * @return the newest; NULL: there is none
 */
bk_segment_t *bk_segment_use(const char *name, apr_uint64_t fingerprint);

/** Find a segment of the same name and another layout. @see bk_segment_next */
const bk_segment_t *bk_segment_other(const char *name, apr_uint64_t fingerprint,
                                     const bk_segment_t *after);

/**
 * Create a segment. Called in post_config, by the parent.
 * @param segment  set to the new segment; it lives as long as it is used
 * @param layout   copied; or NULL
 * @return APR_SUCCESS, or an error, which has been logged
 */
apr_status_t bk_segment_make(bk_segment_t **segment, const char *name, apr_uint64_t fingerprint,
                             const bk_layout_t *layout, apr_size_t size, server_rec *s);

/** The number of the current generation; in a child, that of the generation it was started in. */
int bk_segment_generation(void);

/** Tell whether all children of a generation, and of all earlier ones, have ended. */
int bk_segment_is_over(int generation);

#endif
