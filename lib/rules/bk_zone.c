#include "bk_zone.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "bk_time.h"

#define NAME_MOST 63
#define DIRECTORY "/usr/share/zoneinfo"

/* More than any offset from UTC that a zone has, or had, in seconds. */
#define FARTHEST (24 * 3600)

struct bk_zone_t {
    struct bk_zone_t *next; /* the zone that was opened before this one */
    GTimeZone *rules;
    unsigned int number; /* of this zone alone, in the whole process, from 1 on */
    char name[NAME_MOST + 1];
};

static _Atomic(unsigned int) last_number;

/* A list of zones. Zones are only added, so searching it needs no lock. */
struct bk_zone_cache_t {
    _Atomic(bk_zone_t *) newest;
    pthread_mutex_t opening;
};

/* ---- opening ------------------------------------------------------------------------------------
 */

static apr_status_t close_all(void *data)
{
    bk_zone_cache_t *cache = data;
    bk_zone_t *zone = atomic_load(&cache->newest), *next;

    for (; zone; zone = next) {
        next = zone->next;
        g_time_zone_unref(zone->rules);
        free(zone);
    }
    pthread_mutex_destroy(&cache->opening);
    return APR_SUCCESS;
}

apr_status_t bk_zone_cache_make(bk_zone_cache_t **cache, apr_pool_t *p)
{
    int error;

    *cache = apr_pcalloc(p, sizeof(**cache));
    error = pthread_mutex_init(&(*cache)->opening, NULL);
    if (error) {
        return error;
    }
    apr_pool_cleanup_register(p, *cache, close_all, apr_pool_cleanup_null);
    return APR_SUCCESS;
}

/* Whether a name consists of words that begin with a capital letter, as all names of the database
 * do, with slashes between. This excludes ".." and other files of the folder: posix/, right/ (with
 * leap seconds), localtime. */
static int is_name(const char *name)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_";
    size_t len = strlen(name);

    if (len > NAME_MOST) {
        return 0;
    }
    for (;; name++) {
        if (*name < 'A' || *name > 'Z') {
            return 0;
        }
        name += strspn(name, letters);
        if (*name != '/') {
            return !*name;
        }
    }
}

/* Whether a file begins with the magic bytes of RFC 8536, section 3.1. */
static int is_zone_file(const char *path)
{
    char magic[4] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t len;

    if (file < 0) {
        return 0;
    }
    len = read(file, magic, sizeof(magic));
    close(file);
    return len == sizeof(magic) && memcmp(magic, "TZif", sizeof(magic)) == 0;
}

/* Whether the host has a zone of this name. GLib would read "EST5" as POSIX rules and make a zone
 * from them, so the file is looked for first, in the folder that GLib reads. "Factory" is
 * what the database calls the zone of a host that was given none. */
static int is_known(const char *name)
{
    const char *directory = getenv("TZDIR");
    char path[PATH_MAX];
    int len;

    if (!is_name(name) || strcmp(name, "Factory") == 0) {
        return 0;
    }
    len = snprintf(path, sizeof(path), "%s/%s", directory ? directory : DIRECTORY, name);
    return len < (int)sizeof(path) && is_zone_file(path);
}

static bk_zone_t *find(bk_zone_cache_t *cache, const char *name)
{
    bk_zone_t *zone = atomic_load_explicit(&cache->newest, memory_order_acquire);

    while (zone && strcmp(zone->name, name) != 0) {
        zone = zone->next;
    }
    return zone;
}

static apr_status_t add(bk_zone_t **zone, bk_zone_cache_t *cache, const char *name)
{
    GTimeZone *rules = is_known(name) ? g_time_zone_new_identifier(name) : NULL;

    if (!rules) {
        return APR_NOTFOUND;
    }
    *zone = malloc(sizeof(**zone));
    if (!*zone) {
        g_time_zone_unref(rules);
        return APR_ENOMEM;
    }
    (*zone)->rules = rules;
    (*zone)->number = atomic_fetch_add(&last_number, 1) + 1;
    strcpy((*zone)->name, name);
    (*zone)->next = atomic_load_explicit(&cache->newest, memory_order_relaxed);
    atomic_store_explicit(&cache->newest, *zone, memory_order_release);
    return APR_SUCCESS;
}

apr_status_t bk_zone_open(const bk_zone_t **zone, bk_zone_cache_t *cache, const char *name)
{
    bk_zone_t *found = find(cache, name);
    apr_status_t rv = APR_SUCCESS;

    if (!found) {
        pthread_mutex_lock(&cache->opening);
        found = find(cache, name);
        if (!found) {
            rv = add(&found, cache, name);
        }
        pthread_mutex_unlock(&cache->opening);
    }
    *zone = found;
    return rv;
}

const char *bk_zone_name(const bk_zone_t *zone)
{
    return zone->name;
}

/* ---- between instants and wall times ------------------------------------------------------------
 *
 * GLib divides the time of a zone into numbered intervals, each with one offset. Whether an
 * interval is "standard" or "daylight" time is not used: in Dublin and Casablanca the winter time
 * is the one that is not standard.
 *
 * The functions of this section count in seconds, because offsets are whole seconds.
 */

static apr_int64_t to_seconds(apr_int64_t ns)
{
    return ns / BK_TIME_SECOND - (ns % BK_TIME_SECOND < 0);
}

static int find_interval(const bk_zone_t *zone, apr_int64_t instant)
{
    return g_time_zone_find_interval(zone->rules, G_TIME_TYPE_UNIVERSAL, instant);
}

/* GLib looks for an interval from the first one of the zone on, under a lock. A list of bookings
 * asks for hundreds of instants of a few weeks: each thread keeps what it found of the last spans
 * that it asked for, which have 2^SPAN_BITS seconds, twelve days, from the epoch on. */
#define SPAN_BITS 20
#define SPANS 64
#define SEVERAL (-1)

typedef struct span_t {
    unsigned int zone;  /* its number; 0: nothing is kept here */
    apr_int64_t number; /* of the span */
    int interval;       /* in which all of the span is; or SEVERAL */
} span_t;

static _Thread_local span_t spans[SPANS];

/* Intervals follow one another: what begins and ends in one is in it. */
static int interval_of_span(const bk_zone_t *zone, apr_int64_t number)
{
    apr_int64_t start = number * (1 << SPAN_BITS);
    int interval = find_interval(zone, start);

    return find_interval(zone, start + (1 << SPAN_BITS) - 1) == interval ? interval : SEVERAL;
}

/* The number of the interval that contains an instant. */
static int interval_at(const bk_zone_t *zone, apr_int64_t instant)
{
    const apr_int64_t length = 1 << SPAN_BITS;
    apr_int64_t number = instant / length - (instant % length < 0);
    span_t *span = &spans[((apr_uint64_t)number + zone->number * 7u) % SPANS];

    if (span->zone != zone->number || span->number != number) {
        *span = (span_t){zone->number, number, interval_of_span(zone, number)};
    }
    return span->interval == SEVERAL ? find_interval(zone, instant) : span->interval;
}

static int offset_of(const bk_zone_t *zone, int interval)
{
    return g_time_zone_get_offset(zone->rules, interval);
}

/* The result of looking up a wall time. */
typedef struct lookup_t {
    bk_zone_passes_t passes;
    apr_int64_t instant; /* the first one; in a gap: by the offset before the gap */
    int before;          /* in a gap: the number of the interval before it */
} lookup_t;

/* Look up a wall time. A clock shows it in an interval if the instant by this interval's offset is
 * in the interval. For a wall time in a gap, the instant by the offset before the gap is after that
 * interval, and the instant by the next offset is before the next interval. */
static lookup_t look_up(const bk_zone_t *zone, apr_int64_t wall)
{
    int interval = interval_at(zone, wall - FARTHEST), last = interval_at(zone, wall + FARTHEST);
    lookup_t look = {BK_ZONE_NEVER, 0, interval};
    int count = 0;

    for (; interval <= last; interval++) {
        apr_int64_t instant = wall - offset_of(zone, interval);
        int is_in = interval_at(zone, instant);

        if (is_in == interval && count++ == 0) {
            look.instant = instant;
        }
        else if (is_in > interval && count == 0) {
            look.instant = instant;
            look.before = interval;
        }
    }
    look.passes = count > 1 ? BK_ZONE_TWICE : count ? BK_ZONE_ONCE : BK_ZONE_NEVER;
    return look;
}

/* The first instant after a gap, by binary search, because GLib does not return the beginning of an
 * interval. */
static apr_int64_t end_of_gap(const bk_zone_t *zone, const lookup_t *gap)
{
    apr_int64_t before = gap->instant - 2 * FARTHEST, behind = gap->instant;

    while (behind - before > 1) {
        apr_int64_t middle = before + (behind - before) / 2;

        if (interval_at(zone, middle) > gap->before) {
            behind = middle;
        }
        else {
            before = middle;
        }
    }
    return behind;
}

static apr_int64_t first_instant(const bk_zone_t *zone, apr_int64_t midnight)
{
    lookup_t look = look_up(zone, midnight);

    return look.passes == BK_ZONE_NEVER ? end_of_gap(zone, &look) : look.instant;
}

/* ---- in nanoseconds -----------------------------------------------------------------------------
 */

int bk_zone_offset(const bk_zone_t *zone, apr_int64_t ns)
{
    return offset_of(zone, interval_at(zone, to_seconds(ns)));
}

apr_int64_t bk_zone_wall(const bk_zone_t *zone, apr_int64_t ns)
{
    return ns + bk_zone_offset(zone, ns) * BK_TIME_SECOND;
}

bk_zone_passes_t bk_zone_instant(const bk_zone_t *zone, apr_int64_t wall, apr_int64_t *ns)
{
    apr_int64_t seconds = to_seconds(wall);
    lookup_t look = look_up(zone, seconds);

    *ns = wall + (look.instant - seconds) * BK_TIME_SECOND;
    return look.passes;
}

void bk_zone_day(const bk_zone_t *zone, apr_int64_t midnight, apr_int64_t *start_ns,
                 apr_int64_t *end_ns)
{
    apr_int64_t day = to_seconds(midnight);

    *start_ns = first_instant(zone, day) * BK_TIME_SECOND;
    *end_ns = first_instant(zone, day + 86400) * BK_TIME_SECOND;
}

bk_time_t bk_zone_time(const bk_zone_t *zone, apr_int64_t ns)
{
    return (bk_time_t){ns, bk_zone_offset(zone, ns) / 60};
}

const char *bk_zone_format(const bk_zone_t *zone, apr_int64_t ns, apr_pool_t *p)
{
    bk_time_t time = bk_zone_time(zone, ns);

    return bk_time_format(&time, p);
}
