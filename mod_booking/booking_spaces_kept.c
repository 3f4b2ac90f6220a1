#include "booking_spaces_kept.h"

#include <pthread.h>
#include <string.h>

#include <apr_strings.h>
#include <http_config.h>

#include "bk_time.h"

#define PAGES 32
#define AGE_MS 5000

/* A page in a pool of its own. Who uses it holds it: it goes with the last one. */
typedef struct kept_t {
    apr_pool_t *pool;
    const char *key;
    apr_uint64_t writes;
    apr_int64_t since;
    int holders; /* requests, and the table */
    booking_spaces_page_t page;
} kept_t;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static kept_t *table[PAGES];

/* Under the lock. */
static void let_go(kept_t *kept)
{
    if (--kept->holders == 0) {
        apr_pool_destroy(kept->pool);
    }
}

static apr_status_t end_use(void *kept)
{
    pthread_mutex_lock(&lock);
    let_go(kept);
    pthread_mutex_unlock(&lock);
    return APR_SUCCESS;
}

static apr_status_t forget_all(void *none)
{
    int i;

    pthread_mutex_lock(&lock);
    for (i = 0; i < PAGES; i++) {
        if (table[i]) {
            let_go(table[i]);
            table[i] = NULL;
        }
    }
    pthread_mutex_unlock(&lock);
    return APR_SUCCESS;
}

static void begin(apr_pool_t *p, server_rec *s)
{
    apr_pool_cleanup_register(p, NULL, forget_all, apr_pool_cleanup_null);
}

void booking_spaces_kept_register(apr_pool_t *p)
{
    ap_hook_child_init(begin, NULL, NULL, APR_HOOK_MIDDLE);
}

/* Under the lock. What is too old goes. @return the place of the key; NULL: it has none */
static kept_t **find(const char *key, apr_int64_t now)
{
    kept_t **found = NULL;
    int i;

    for (i = 0; i < PAGES; i++) {
        if (table[i] && now - table[i]->since >= AGE_MS) {
            let_go(table[i]);
            table[i] = NULL;
        }
        if (table[i] && strcmp(table[i]->key, key) == 0) {
            found = &table[i];
        }
    }
    return found;
}

const booking_spaces_page_t *booking_spaces_kept_get(const char *key, apr_uint64_t writes,
                                                     apr_pool_t *p)
{
    kept_t **place, *kept = NULL;

    pthread_mutex_lock(&lock);
    place = find(key, bk_time_monotonic_ms());
    if (place && (*place)->writes == writes) {
        kept = *place;
        kept->holders++;
    }
    pthread_mutex_unlock(&lock);
    if (!kept) {
        return NULL;
    }
    apr_pool_cleanup_register(p, kept, end_use, apr_pool_cleanup_null);
    return &kept->page;
}

/* Read it once more, into memory of its own. @return NULL: there is none */
static kept_t *make(const char *key, apr_uint64_t writes, const char *text, apr_size_t len)
{
    const bk_json_t *body;
    const char *why;
    apr_pool_t *pool;
    kept_t *kept;

    if (apr_pool_create_unmanaged_ex(&pool, NULL, NULL) != APR_SUCCESS) {
        return NULL;
    }
    kept = apr_pcalloc(pool, sizeof(*kept));
    *kept = (kept_t){.pool = pool,
                     .key = apr_pstrdup(pool, key),
                     .writes = writes,
                     .since = bk_time_monotonic_ms(),
                     .holders = 1};
    if (bk_json_parse(&body, apr_pstrmemdup(pool, text, len), len, &why, pool) != BK_JSON_PARSED ||
        booking_spaces_read(body, &kept->page, NULL, pool)) {
        apr_pool_destroy(pool);
        return NULL;
    }
    return kept;
}

/* Under the lock. One that is free, or else the oldest. */
static kept_t **find_place(void)
{
    kept_t **place = table;
    int i;

    for (i = 0; i < PAGES && *place; i++) {
        if (!table[i] || table[i]->since < (*place)->since) {
            place = &table[i];
        }
    }
    return place;
}

void booking_spaces_kept_put(const char *key, apr_uint64_t writes, const char *text, apr_size_t len)
{
    kept_t *kept = make(key, writes, text, len), **place;

    if (!kept) {
        return;
    }
    pthread_mutex_lock(&lock);
    place = find(key, kept->since);
    place = place ? place : find_place();
    if (*place) {
        let_go(*place);
    }
    *place = kept;
    pthread_mutex_unlock(&lock);
}
