#include "bk_segment.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <apr_shm.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_main.h>

#include "bk_memory.h"
#include "bk_service.h"

#define VERSION 1 /* of the registry: to be raised for changes that leave all sizes the same */

/* The children of a generation hold the writing end of a pipe open; the parent closes its copy when
 * the next generation begins. So the reading end reports a hang-up when the last of these children
 * has ended, even by a crash. */
typedef struct life_t {
    struct life_t *next;
    int generation;
    int reader; /* the reading end; -1: there is no pipe */
} life_t;

/* One per process, shared by all modules, each of which has its own copy of this file's static
 * variables. */
typedef struct registry_t {
    bk_segment_t *segments;
    life_t *lives;
    int generation;
    int writer; /* of the generation's pipe; -1: none */
} registry_t;

static registry_t *registry;

/* The name of the registry has the sizes of its types: modules of a version with other types have a
 * registry of their own. */
static registry_t *find_registry(void)
{
    registry_t *found;
    char name[160];

    apr_snprintf(name, sizeof(name),
                 "bookable-segments %d %" APR_SIZE_T_FMT " %" APR_SIZE_T_FMT " %" APR_SIZE_T_FMT
                 " %" APR_SIZE_T_FMT " %" APR_SIZE_T_FMT,
                 VERSION, sizeof(registry_t), sizeof(life_t), sizeof(bk_segment_t),
                 sizeof(bk_layout_t), sizeof(bk_layout_member_t));
    found = ap_retained_data_get(name);
    if (!found) {
        found = ap_retained_data_create(name, sizeof(*found));
        found->generation = found->writer = -1;
    }
    return found;
}

static int current_generation(void)
{
    return ap_state_query(AP_SQ_CONFIG_GEN);
}

/* ---- generations --------------------------------------------------------------------------------
 */

static int is_hung_up(int reader)
{
    struct pollfd end = {reader, 0, 0};

    return poll(&end, 1, 0) > 0 && (end.revents & POLLHUP);
}

static void begin_life(void)
{
    life_t *life = apr_pcalloc(ap_pglobal, sizeof(*life));
    int ends[2] = {-1, -1};

    if (registry->writer >= 0) {
        close(registry->writer);
    }
    /* Without a pipe the generation never counts as over: the only effect is that entries of its
     * names are not reused.
     */
    if (pipe2(ends, O_CLOEXEC) != 0) {
        ends[0] = ends[1] = -1;
    }
    *life = (life_t){registry->lives, registry->generation, ends[0]};
    registry->lives = life;
    registry->writer = ends[1];
}

static void end_lives(void)
{
    life_t **at = &registry->lives;

    while (*at) {
        life_t *life = *at;

        if (life->generation != registry->generation && life->reader >= 0 &&
            is_hung_up(life->reader)) {
            close(life->reader);
            *at = life->next;
        }
        else {
            at = &life->next;
        }
    }
}

static void forget_segments(void)
{
    bk_segment_t **at = &registry->segments;

    while (*at) {
        bk_segment_t *segment = *at;

        if (!segment->is_kept && segment->generation < registry->generation - 1) {
            *at = segment->next;
            apr_pool_destroy(segment->pool);
        }
        else {
            at = &segment->next;
        }
    }
}

/* Begin the current generation, on the first call in it. */
static void begin_generation(void)
{
    if (registry && registry->generation == current_generation()) {
        return;
    }
    registry = find_registry();
    if (registry->generation != current_generation()) {
        registry->generation = current_generation();
        begin_life();
        end_lives();
        forget_segments();
    }
}

int bk_segment_generation(void)
{
    return registry->generation;
}

int bk_segment_is_over(int generation)
{
    const life_t *life;

    for (life = registry->lives; life; life = life->next) {
        if (life->generation <= generation && (life->reader < 0 || !is_hung_up(life->reader))) {
            return 0;
        }
    }
    return 1;
}

/* ---- segments -----------------------------------------------------------------------------------
 */

const bk_segment_t *bk_segment_next(const char *name, apr_uint64_t fingerprint,
                                    const bk_segment_t *after)
{
    const bk_segment_t *segment;

    begin_generation();
    for (segment = after ? after->next : registry->segments; segment; segment = segment->next) {
        if (segment->fingerprint == fingerprint && strcmp(segment->name, name) == 0) {
            return segment;
        }
    }
    return NULL;
}

bk_segment_t *bk_segment_use(const char *name, apr_uint64_t fingerprint)
{
    bk_segment_t *segment, *latest = NULL;

    begin_generation();
    for (segment = registry->segments; segment; segment = segment->next) {
        if (segment->fingerprint == fingerprint && strcmp(segment->name, name) == 0) {
            segment->generation = registry->generation;
            latest = latest ? latest : segment;
        }
    }
    return latest;
}

const bk_segment_t *bk_segment_other(const char *name, apr_uint64_t fingerprint,
                                     const bk_segment_t *after)
{
    const bk_segment_t *segment;

    begin_generation();
    for (segment = after ? after->next : registry->segments; segment; segment = segment->next) {
        if (segment->fingerprint != fingerprint && strcmp(segment->name, name) == 0) {
            return segment;
        }
    }
    return NULL;
}

/* Log what an administrator or developer should know when the first segment of a layout is created.
 */
static void tell(const char *name, apr_uint64_t fingerprint, const bk_layout_t *layout,
                 server_rec *s)
{
    const char *gap = bk_layout_gap(layout, s->process->pconf);

    if (gap) {
        ap_log_error(BK_MARK, APLOG_WARNING, 0, s, "BK0109: the layout of %s is not described: %s",
                     name, gap);
    }
    if (bk_segment_other(name, fingerprint, NULL)) {
        ap_log_error(BK_MARK, APLOG_NOTICE, 0, s,
                     "BK0106: this version lays out %s in another way: it uses memory of its own, "
                     "and children of the version before keep theirs until they end",
                     name);
    }
}

/* The new memory is zero, and takes no physical memory until it is written to. Pages begin on a
 * cache line, but apr_shm puts a header in front, so one line more is allocated for the alignment.
 */
apr_status_t bk_segment_make(bk_segment_t **result, const char *name, apr_uint64_t fingerprint,
                             const bk_layout_t *layout, apr_size_t size, server_rec *s)
{
    bk_segment_t *segment;
    apr_pool_t *pool;
    apr_shm_t *shm;
    apr_status_t rv;

    begin_generation();
    if (layout && !bk_segment_next(name, fingerprint, NULL)) {
        tell(name, fingerprint, layout, s);
    }
    apr_pool_create(&pool, ap_pglobal);
    apr_pool_tag(pool, "bk_segment");
    rv = apr_shm_create(&shm, size + BK_MEMORY_LINE, NULL, pool);
    if (rv != APR_SUCCESS) {
        ap_log_error(BK_MARK, APLOG_EMERG, rv, s, "BK0105: no shared memory for %s", name);
        apr_pool_destroy(pool);
        return rv;
    }
    segment = apr_pcalloc(pool, sizeof(*segment));
    segment->next = registry->segments;
    segment->name = apr_pstrdup(pool, name);
    segment->fingerprint = fingerprint;
    segment->layout = layout ? bk_layout_copy(layout, pool) : NULL;
    segment->base = (char *)APR_ALIGN((apr_uintptr_t)apr_shm_baseaddr_get(shm), BK_MEMORY_LINE);
    segment->size = size;
    segment->generation = registry->generation;
    segment->pool = pool;
    registry->segments = *result = segment;
    return APR_SUCCESS;
}
