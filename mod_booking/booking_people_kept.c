#include "booking_people_kept.h"

#include <pthread.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_time.h"

#define PLACES 512 /* ids are drawn at random */
#define NAME 400   /* bytes with the end */
#define AGE_MS 5000

typedef struct kept_t {
    const void *of; /* NULL: the place is free */
    apr_int64_t id;
    apr_int64_t since;
    char name[NAME];
} kept_t;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static kept_t places[PLACES];

static kept_t *place_of(apr_int64_t id)
{
    return &places[(apr_uint64_t)id % PLACES];
}

const char *booking_people_kept_get(const void *of, apr_int64_t id, apr_pool_t *p)
{
    const kept_t *kept = place_of(id);
    const char *name = NULL;

    pthread_mutex_lock(&lock);
    if (kept->of == of && kept->id == id && bk_time_monotonic_ms() - kept->since < AGE_MS) {
        name = apr_pstrdup(p, kept->name);
    }
    pthread_mutex_unlock(&lock);
    return name;
}

void booking_people_kept_put(const void *of, apr_int64_t id, const char *name)
{
    kept_t *kept = place_of(id);
    apr_size_t len = strlen(name);

    if (len >= NAME) {
        return;
    }
    pthread_mutex_lock(&lock);
    kept->of = of;
    kept->id = id;
    kept->since = bk_time_monotonic_ms();
    memcpy(kept->name, name, len + 1);
    pthread_mutex_unlock(&lock);
}
