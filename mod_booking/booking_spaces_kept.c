#include "booking_spaces_kept.h"

#include <pthread.h>
#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>
#include <http_config.h>

#include "bk_time.h"

#define PAGES 32
#define AGE_MS 5000

/* By their texts: a text has one of few places, which its beginning tells, where the ids of its
 * spaces are: so what a space said before is soon gone. */
enum { SET_BITS = 7, SETS = 1 << SET_BITS, WAYS = 8, TEXT_MOST = 8192, BEGINNING = 64 };

/* A page in a pool of its own. Who uses it holds it: it goes with the last one. */
typedef struct kept_t {
    apr_pool_t *pool;
    const char *key; /* what was asked, or the text */
    apr_size_t len;  /* of the text; 0: it is kept by what was asked */
    apr_uint64_t writes;
    apr_int64_t since; /* when it was got, monotonic milliseconds; of a text: its last use */
    int holders;       /* requests, and the table */
    booking_spaces_page_t page;
} kept_t;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static kept_t *table[PAGES];
static kept_t *texts[SETS][WAYS];
static apr_int64_t uses; /* of texts, counted: by a clock many would be of one moment */

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

/* Under the lock. */
static void forget(kept_t **places, int count)
{
    int i;

    for (i = 0; i < count; i++) {
        if (places[i]) {
            let_go(places[i]);
            places[i] = NULL;
        }
    }
}

static apr_status_t forget_all(void *none)
{
    int i;

    pthread_mutex_lock(&lock);
    forget(table, PAGES);
    for (i = 0; i < SETS; i++) {
        forget(texts[i], WAYS);
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

/* What was counted as held under the lock is held until the pool goes. */
static const booking_spaces_page_t *hold(kept_t *kept, apr_pool_t *p)
{
    if (!kept) {
        return NULL;
    }
    apr_pool_cleanup_register(p, kept, end_use, apr_pool_cleanup_null);
    return &kept->page;
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
    return hold(kept, p);
}

/* Read it once more, into memory of its own. @return NULL: there is none */
static kept_t *make(const char *text, apr_size_t len)
{
    const bk_json_t *body;
    const char *why;
    apr_pool_t *pool;
    kept_t *kept;
    char *own;

    if (apr_pool_create_unmanaged_ex(&pool, NULL, NULL) != APR_SUCCESS) {
        return NULL;
    }
    own = apr_pstrmemdup(pool, text, len);
    kept = apr_pcalloc(pool, sizeof(*kept));
    *kept = (kept_t){.pool = pool, .key = own, .since = bk_time_monotonic_ms(), .holders = 1};
    if (bk_json_parse(&body, own, len, &why, pool) != BK_JSON_PARSED ||
        booking_spaces_read(body, &kept->page, NULL, pool)) {
        apr_pool_destroy(pool);
        return NULL;
    }
    return kept;
}

/* Under the lock. One that is free, or else the oldest. */
static kept_t **find_place(kept_t **places, int count)
{
    kept_t **place = places;
    int i;

    for (i = 0; i < count && *place; i++) {
        if (!places[i] || places[i]->since < (*place)->since) {
            place = &places[i];
        }
    }
    return place;
}

/* Under the lock. */
static void put(kept_t **place, kept_t *kept)
{
    if (*place) {
        let_go(*place);
    }
    *place = kept;
}

void booking_spaces_kept_put(const char *key, apr_uint64_t writes, const char *text, apr_size_t len)
{
    kept_t *kept = make(text, len), **place;

    if (!kept) {
        return;
    }
    kept->key = apr_pstrdup(kept->pool, key);
    kept->writes = writes;
    pthread_mutex_lock(&lock);
    place = find(key, kept->since);
    put(place ? place : find_place(table, PAGES), kept);
    pthread_mutex_unlock(&lock);
}

/* ---- by text ------------------------------------------------------------------------------------
 */

/* Ids that are numbered have hashes near each other, whose lowest bits are those of a few sets. So
 * the bits are mixed, as by the end of MurmurHash3 (Appleby): a multiplication carries low bits to
 * high ones, and a shift brings them back. */
static kept_t **set_of(const char *text, apr_size_t len)
{
    apr_ssize_t beginning = len < BEGINNING ? (apr_ssize_t)len : BEGINNING;
    apr_uint32_t hash = apr_hashfunc_default(text, &beginning);

    hash = (hash ^ hash >> 16) * 0x85EBCA6BU;
    hash = (hash ^ hash >> 13) * 0xC2B2AE35U;
    return texts[hash >> (32 - SET_BITS)];
}

/* Under the lock. @return the place of the text; NULL: it has none */
static kept_t **find_text(kept_t **set, const char *text, apr_size_t len)
{
    int i;

    for (i = 0; i < WAYS; i++) {
        if (set[i] && set[i]->len == len && memcmp(set[i]->key, text, len) == 0) {
            return &set[i];
        }
    }
    return NULL;
}

const booking_spaces_page_t *booking_spaces_kept_recall(const char *text, apr_size_t len,
                                                        apr_pool_t *p)
{
    kept_t **place, *kept = NULL;

    pthread_mutex_lock(&lock);
    place = find_text(set_of(text, len), text, len);
    if (place) {
        kept = *place;
        kept->holders++;
        kept->since = ++uses;
    }
    pthread_mutex_unlock(&lock);
    return hold(kept, p);
}

void booking_spaces_kept_learn(const char *text, apr_size_t len)
{
    kept_t *kept = len && len <= TEXT_MOST ? make(text, len) : NULL, **set, **place;

    if (!kept) {
        return;
    }
    kept->len = len;
    set = set_of(text, len);
    pthread_mutex_lock(&lock);
    kept->since = ++uses;
    place = find_text(set, text, len);
    put(place ? place : find_place(set, WAYS), kept);
    pthread_mutex_unlock(&lock);
}
