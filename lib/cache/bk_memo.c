#include "bk_memo.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

/* The key with its NUL, and then the text, in one piece of malloc(): texts come and go, and a pool
 * would keep the memory of all of them. */
typedef struct entry_t {
    char *key; /* NULL: the entry is free */
    const char *text;
    apr_size_t len;
    apr_int64_t since;
} entry_t;

struct bk_memo_t {
    pthread_mutex_t lock;
    apr_int64_t age;
    entry_t entries[BK_MEMO_TEXTS];
};

static apr_status_t forget_all(void *data)
{
    bk_memo_t *memo = data;
    int i;

    for (i = 0; i < BK_MEMO_TEXTS; i++) {
        free(memo->entries[i].key);
    }
    pthread_mutex_destroy(&memo->lock);
    return APR_SUCCESS;
}

apr_status_t bk_memo_make(bk_memo_t **memo, apr_int64_t age, apr_pool_t *p)
{
    int error;

    *memo = apr_pcalloc(p, sizeof(**memo));
    (*memo)->age = age;
    error = pthread_mutex_init(&(*memo)->lock, NULL);
    if (error) {
        return error;
    }
    apr_pool_cleanup_register(p, *memo, forget_all, apr_pool_cleanup_null);
    return APR_SUCCESS;
}

/* @return NULL: it is not there */
static entry_t *find(bk_memo_t *memo, const char *key)
{
    int i;

    for (i = 0; i < BK_MEMO_TEXTS; i++) {
        if (memo->entries[i].key && strcmp(memo->entries[i].key, key) == 0) {
            return &memo->entries[i];
        }
    }
    return NULL;
}

/* One that is free, or else the oldest. */
static entry_t *find_place(bk_memo_t *memo)
{
    entry_t *place = memo->entries;
    int i;

    for (i = 0; i < BK_MEMO_TEXTS; i++) {
        entry_t *entry = &memo->entries[i];

        if (!entry->key) {
            return entry;
        }
        place = entry->since < place->since ? entry : place;
    }
    return place;
}

const char *bk_memo_get(bk_memo_t *memo, const char *key, apr_int64_t now, apr_size_t *len,
                        apr_pool_t *p)
{
    const char *text = NULL;
    const entry_t *entry;

    pthread_mutex_lock(&memo->lock);
    entry = find(memo, key);
    if (entry && now - entry->since < memo->age) {
        text = apr_pstrmemdup(p, entry->text, entry->len);
        *len = entry->len;
    }
    pthread_mutex_unlock(&memo->lock);
    return text;
}

void bk_memo_keep(bk_memo_t *memo, const char *key, apr_int64_t now, const char *text,
                  apr_size_t len)
{
    apr_size_t key_size = strlen(key) + 1;
    entry_t *place;
    char *whole;

    if (key_size > BK_MEMO_KEY_MOST || len > BK_MEMO_TEXT_MOST) {
        return;
    }
    whole = malloc(key_size + len);
    if (!whole) {
        return;
    }
    memcpy(whole, key, key_size);
    memcpy(whole + key_size, text, len);
    pthread_mutex_lock(&memo->lock);
    place = find(memo, key);
    place = place ? place : find_place(memo);
    free(place->key);
    *place = (entry_t){whole, whole + key_size, len, now};
    pthread_mutex_unlock(&memo->lock);
}
