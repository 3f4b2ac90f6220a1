/* bk_segment: memory that all children of a server share, known by its name and its layout.
 *
 * Anonymous, so that nothing is left behind and no name can clash; held by the process and not by
 * the configuration, so that a graceful restart keeps it, while the children of before and after
 * use it side by side. It begins as zeros; stopping the server ends it.
 *
 * After an upgrade and a graceful restart the new modules may lay out their records in another way:
 * they find no segment of their layout and make one, and the children of before keep theirs, which
 * the system frees when the last of them has ended. Nothing of that stops httpd.
 *
 * A generation is the life of one configuration: its number goes up with each restart. The parent
 * forgets a segment that neither this configuration nor the one before has asked for.
 *
 * What is here is found by all modules of a process, whichever version each of them is.
 */
#ifndef BK_SEGMENT_H
#define BK_SEGMENT_H

#include <httpd.h>

#include "bk_layout.h"

typedef struct bk_segment_t {
    struct bk_segment_t *next; /* made before this one */
    const char *name;
    apr_uint64_t fingerprint;  /* of the layout */
    const bk_layout_t *layout; /* of each of its records; NULL: it is not for others to read */
    char *base;                /* on a line of the processor's cache */
    apr_size_t size;           /* bytes */
    apr_size_t records;        /* how many there are, each behind a head */
    int generation;            /* the last that asked for it */
    int is_kept;               /* whether it is kept when nobody asks for it */
    apr_pool_t *pool;          /* its own, below the process's */
} bk_segment_t;

/**
 * Find a segment.
 * @param after  NULL: the latest that was made; else the one made before that
 * @return NULL: there is none, or no other one
 */
const bk_segment_t *bk_segment_next(const char *name, apr_uint64_t fingerprint,
                                    const bk_segment_t *after);

/** Note that this generation uses all segments of a name and a layout. Called in post_config, by
 *  the parent. @return the latest; NULL: there is none */
bk_segment_t *bk_segment_use(const char *name, apr_uint64_t fingerprint);

/** Find a segment of the same name and another layout. @see bk_segment_next */
const bk_segment_t *bk_segment_other(const char *name, apr_uint64_t fingerprint,
                                     const bk_segment_t *after);

/**
 * Make a segment. Called in post_config, by the parent.
 * @param segment  set to it; it lives as long as it is asked for
 * @param layout   copied; or NULL
 * @return APR_SUCCESS, or why there is none, which has been logged
 */
apr_status_t bk_segment_make(bk_segment_t **segment, const char *name, apr_uint64_t fingerprint,
                             const bk_layout_t *layout, apr_size_t size, server_rec *s);

/** The number of this generation. In the parent, and in a child that of its own. */
int bk_segment_generation(void);

/** Whether no child is left of a generation, nor of any before it. */
int bk_segment_is_over(int generation);

#endif
