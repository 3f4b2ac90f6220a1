#include "bk_cache.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_answer.h"
#include "bk_conf.h"
#include "bk_conf_cache.h"
#include "bk_consistency.h"
#include "bk_lock.h"
#include "bk_representation.h"
#include "bk_request.h"
#include "bk_segment.h"
#include "bk_service.h"
#include "bk_shards.h"
#include "bk_shared.h"
#include "bk_socache.h"
#include "bk_table.h"
#include "bk_time.h"

#define KEY_MOST BK_CACHE_ENTRY_NAME   /* more than the longest id of a space */
#define ENTRY_MOST BK_CACHE_ENTRY_MOST /* more than the longest answer */
#define LOCKS 256
#define LOCK_WAIT apr_time_from_sec(1)
#define GENERATION_TTL apr_time_from_sec(7200) /* longer than any entry is kept */

typedef struct shared_t {
    apr_int64_t is_ready;
    apr_int64_t before;    /* the generation of httpd before the first that uses this memory */
    bk_hash_key_t own_key; /* authenticates entries if BookableCacheKey is not set; survives
                              graceful restarts */
    bk_versions_t versions;
    bk_lock_t turns[LOCKS]; /* for reading the store, by the hash of the key */
} shared_t;

static const bk_layout_member_t shared_members[] = {
    BK_LAYOUT_ONE(shared_t, is_ready, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(shared_t, before, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(shared_t, own_key, BK_LAYOUT_ANEW),
    BK_LAYOUT_NESTED(shared_t, versions, &bk_versions_layout),
    BK_LAYOUT_ARRAY(shared_t, turns, &bk_lock_layout),
};

static const bk_layout_t shared_layout = BK_LAYOUT(shared_t, 1, shared_members);

typedef struct shard_t {
    _Atomic apr_uint64_t counts[BK_CACHE_COUNTS];
    char rest[BK_SHARDS_REST(BK_CACHE_COUNTS)];
} shard_t;

static const bk_layout_member_t shard_members[] = {
    BK_LAYOUT_ONE(shard_t, counts, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(shard_t, rest, BK_LAYOUT_ANEW),
};

static const bk_layout_t shard_layout = BK_LAYOUT(shard_t, 1, shard_members);

typedef struct counts_t {
    shard_t shards[BK_SHARDS];
} counts_t;

static const bk_layout_member_t counts_members[] = {
    BK_LAYOUT_ARRAY(counts_t, shards, &shard_layout),
};

static const bk_layout_t counts_layout = BK_LAYOUT(counts_t, 1, counts_members);

/* "NAME:SERVICE:ID", after a byte of its hash. */
typedef struct bk_key_t {
    char text[KEY_MOST];
    unsigned int len;
    unsigned int prefix; /* length of NAME */
    apr_uint64_t hash;
} bk_key_t;

/* An entry that was found. */
typedef struct found_t {
    unsigned char bytes[ENTRY_MOST];
    bk_cache_entry_t entry;
    const char *body; /* within the bytes, or made from them by show() */
    apr_size_t len;
} found_t;

static shared_t *shared;
static const bk_hash_key_t *entry_key; /* NULL: entries are not authenticated */
static bk_table_t *table;
static counts_t *counts; /* of this module's service */

/* ---- counts -------------------------------------------------------------------------------------
 */

static void count(bk_cache_count_t what)
{
    bk_shards_add(&counts->shards[bk_shards_own()].counts[what], 1);
}

/* A cache that has no such entry is not an error. */
static void count_result(bk_cache_count_t what, apr_status_t rv)
{
    count(rv == APR_SUCCESS || rv == APR_NOTFOUND ? what : BK_CACHE_ERROR);
}

const char *bk_cache_counts(int i, apr_uint64_t sums[BK_CACHE_COUNTS])
{
    void *entry;
    const char *name = bk_table_at(table, i, &entry);
    int what;

    for (what = 0; name && what < BK_CACHE_COUNTS; what++) {
        shard_t *first = ((counts_t *)entry)->shards;

        sums[what] = bk_shards_sum(&first->counts[what], sizeof(*first));
    }
    return name;
}

/* ---- start --------------------------------------------------------------------------------------
 */

static apr_status_t make_ready(void)
{
    apr_uint64_t origin;
    apr_status_t rv = apr_generate_random_bytes((unsigned char *)&origin, sizeof(origin));
    int i;

    if (rv == APR_SUCCESS) {
        rv = bk_hash_key_make(&shared->own_key);
    }
    for (i = 0; i < LOCKS && rv == APR_SUCCESS; i++) {
        rv = bk_lock_init(&shared->turns[i]);
    }
    if (rv == APR_SUCCESS) {
        bk_versions_begin(&shared->versions, origin, bk_time_monotonic_ms());
        shared->before = bk_segment_generation() - 1;
        shared->is_ready = 1;
    }
    return rv;
}

/* @param given  the key from the file of BookableCacheKey, or NULL */
static void choose_key(const bk_hash_key_t *given)
{
    entry_key = given ? given : bk_socache_is_private() ? NULL : &shared->own_key;
}

apr_status_t bk_cache_init(apr_pool_t *pconf, server_rec *s)
{
    void *base;
    apr_status_t rv = bk_shared(&base, "bookable-cache", &shared_layout, s);

    if (rv == APR_SUCCESS) {
        rv = bk_table(&table, "bookable-cache-counts", &counts_layout, pconf, s);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    shared = base;
    if (!shared->is_ready && (rv = make_ready()) != APR_SUCCESS) {
        ap_log_error(BK_MARK, APLOG_EMERG, rv, s, "BK0152: no locks for the cache");
        return rv;
    }
    counts = bk_table_get(table, bk_service()->name, s);
    if (!counts) {
        return APR_ENOSPC;
    }
    rv = bk_socache_init(&bk_conf(s)->cache, pconf, s);
    choose_key(bk_conf(s)->cache.key);
    return rv;
}

void bk_cache_register(apr_pool_t *p)
{
    bk_socache_register(p);
}

/* ---- keys ---------------------------------------------------------------------------------------
 */

/* Append to a key. apr_snprintf() is not used because it takes longer than the look-up itself.
 * @return 0 if there is no room for it */
static int add(bk_key_t *key, const char *text)
{
    apr_size_t len = strlen(text);

    if (len >= KEY_MOST - 2 - key->len) {
        return 0;
    }
    memcpy(key->text + 1 + key->len, text, len);
    key->len += (unsigned int)len;
    return 1;
}

/* Make the key of an id. @return 0 if it is too long */
static int make_key(bk_key_t *key, const bk_request_t *request, const char *id)
{
    const char *name = request->conf->cache.name;

    key->len = 0;
    if (name && !add(key, name)) {
        return 0;
    }
    key->prefix = key->len;
    if ((name && !add(key, ":")) || !add(key, bk_service()->name) || !add(key, ":") ||
        !add(key, id)) {
        return 0;
    }
    key->hash = bk_cache_entry_hash(key->text + 1, key->len);
    key->text[0] = (char)(key->hash >> 56);
    return 1;
}

static void make_owner_key(bk_key_t *key, const bk_request_t *request, apr_int64_t owner)
{
    char id[32];

    apr_snprintf(id, sizeof(id), "of:%" APR_INT64_T_FMT, owner);
    (void)make_key(key, request, id);
}

/* The key as the provider gets it. shmcb chooses a subcache by the first byte alone, so its keys
 * begin with a byte of the hash; in others, people may look at the keys. */
static const char *text_of(const bk_key_t *key, unsigned int *len)
{
    int is_shared = bk_socache_is_shared();

    *len = key->len + !is_shared;
    return key->text + is_shared;
}

static bk_cache_entry_name_t name_of(const bk_key_t *key)
{
    return (bk_cache_entry_name_t){key->text + 1, key->len, key->prefix};
}

static apr_int64_t now_ms(void)
{
    return apr_time_as_msec(apr_time_now());
}

/* ---- entries ------------------------------------------------------------------------------------
 */

/* The provider's expiry is not enough: an old entry may have been put back, or may be that of a
 * virtual host with a longer CacheTTL. */
static int is_fresh(const bk_cache_entry_t *entry, apr_interval_time_t ttl)
{
    return bk_cache_entry_is_fresh(entry, now_ms(), apr_time_as_msec(ttl));
}

/* Get an authentic entry.
 * @return APR_SUCCESS; APR_NOTFOUND if there is none, or it is not authentic, of another name or
 *         too old; or the provider's error */
static apr_status_t get(request_rec *r, const bk_key_t *key, apr_interval_time_t ttl,
                        found_t *found)
{
    bk_cache_entry_name_t name = name_of(key);
    unsigned int key_len, len = sizeof(found->bytes);
    const char *text = text_of(key, &key_len);
    apr_status_t rv = bk_socache_get(r, text, key_len, found->bytes, &len);

    if (rv != APR_SUCCESS) {
        return rv == APR_ENOSPC ? APR_NOTFOUND : rv;
    }
    return bk_cache_entry_read(&found->entry, found->bytes, len, entry_key, &name, &found->body,
                               &found->len) &&
                   is_fresh(&found->entry, ttl)
               ? APR_SUCCESS
               : APR_NOTFOUND;
}

static apr_status_t keep(request_rec *r, const bk_key_t *key, const bk_cache_entry_t *entry,
                         const char *body, apr_size_t len, apr_interval_time_t ttl)
{
    unsigned char bytes[ENTRY_MOST];
    bk_cache_entry_name_t name = name_of(key);
    unsigned int key_len;
    const char *text = text_of(key, &key_len);
    apr_size_t bytes_len = bk_cache_entry_write(bytes, entry, entry_key, &name, body, len);

    return bk_socache_keep(r, text, key_len, bytes, (unsigned int)bytes_len, ttl);
}

/* ---- generations --------------------------------------------------------------------------------
 * Hosts that share a cache do not share the versions. For entries that belong to a user they share
 * a random number in the cache, the user's generation, which a write removes. Entries of another
 * generation, or of a removed one, are ignored.
 */

/* The current generation of a user. @return 0 if there is none */
static apr_uint64_t get_generation(bk_request_t *request, apr_int64_t owner)
{
    found_t found;
    bk_key_t key;

    make_owner_key(&key, request, owner);
    return get(request->r, &key, GENERATION_TTL, &found) == APR_SUCCESS ? found.entry.generation
                                                                        : 0;
}

static apr_uint64_t make_generation(bk_request_t *request, apr_int64_t owner)
{
    bk_cache_entry_t entry = {.owner = owner, .made = now_ms()};
    bk_key_t key;

    make_owner_key(&key, request, owner);
    return apr_generate_random_bytes((unsigned char *)&entry.generation,
                                     sizeof(entry.generation)) == APR_SUCCESS &&
                   keep(request->r, &key, &entry, "", 0, GENERATION_TTL) == APR_SUCCESS
               ? entry.generation
               : 0;
}

void bk_cache_own(bk_request_t *request, bk_cache_reading_t *reading, apr_int64_t owner)
{
    bk_key_t key;

    make_owner_key(&key, request, owner);
    reading->entry.version = bk_versions_take(&shared->versions, key.hash);
    reading->entry.owner = owner;
    if (bk_socache_is_shared()) {
        reading->entry.generation = get_generation(request, owner);
        if (!reading->entry.generation) {
            reading->entry.generation = make_generation(request, owner);
        }
        reading->keep = reading->keep && reading->entry.generation;
    }
}

static int holds(bk_request_t *request, const bk_cache_entry_t *entry)
{
    return bk_versions_hold(&shared->versions, &entry->version, bk_time_monotonic_ms(),
                            apr_time_as_msec(request->conf->cache.ttl)) &&
           (!entry->owner || !bk_socache_is_shared() ||
            (entry->generation && entry->generation == get_generation(request, entry->owner)));
}

/* ---- reading ------------------------------------------------------------------------------------
 */

/* Whether all children share the versions. Those of another version of the module do not: their
 * writes do not increment them. While one of them runs, the store is read. */
static int are_versions_shared(void)
{
    static _Atomic int are_shared;

    if (!are_shared) {
        are_shared = bk_segment_is_over((int)shared->before);
    }
    return are_shared;
}

/* Whether the cache is used: a store in memory is faster than any cache. */
static int is_used(const bk_request_t *request)
{
    return are_versions_shared() && bk_socache_exists() && !request->conf->is_in_memory &&
           request->conf->cache.ttl > 0 && !bk_consistency_is_strong(request->r);
}

typedef enum look_t { FOUND, MISSING, OUT_OF_REACH } look_t;

/* @param show  makes the answer from the kept body; NULL: the body is the answer */
static look_t look(bk_request_t *request, const bk_key_t *key, bk_cache_show_t *show,
                   found_t *found)
{
    apr_status_t rv = get(request->r, key, request->conf->cache.ttl, found);

    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? MISSING : OUT_OF_REACH;
    }
    if (!holds(request, &found->entry)) {
        return MISSING;
    }
    if (show) {
        found->body = show(request, &found->entry, found->body, found->len, &found->len);
    }
    return found->body ? FOUND : MISSING;
}

/* Release the lock for reading the store. */
static void release(bk_request_t *request)
{
    bk_lock_release(request->cache_lock);
    request->cache_lock = NULL;
    request->release_cache = NULL;
}

/* The first request for a key gets the lock at once, and reads the store while it holds it. The
 * others wait until it is released; if the cache still has no entry then, because nothing was
 * found, they read the store at the same time. */
static void take_cache_lock(bk_request_t *request, const bk_key_t *key)
{
    bk_lock_t *lock = &shared->turns[key->hash % LOCKS];

    if (bk_lock_acquire(lock, 0) == APR_SUCCESS) {
        request->cache_lock = lock;
        request->release_cache = release;
    }
    else if (bk_lock_acquire(lock, LOCK_WAIT) == APR_SUCCESS) {
        bk_lock_release(lock);
    }
}

static void keep_answer(bk_request_t *request, const bk_key_t *key,
                        const bk_cache_reading_t *reading)
{
    const char *body = reading->kept ? reading->kept : reading->text;
    apr_size_t len = reading->kept ? reading->kept_len : reading->len;

    if (len <= ENTRY_MOST - BK_CACHE_ENTRY_HEAD) {
        count_result(BK_CACHE_STORE,
                     keep(request->r, key, &reading->entry, body, len, request->conf->cache.ttl));
    }
}

/* What is sent as it was read or found, or is made of what is kept for this answer alone. */
static int send_answer(bk_request_t *request, bk_cache_show_t *show, const char *text,
                       apr_size_t len)
{
    return show ? bk_answer_json_text(request, HTTP_OK, text, len)
                : bk_representation_answer(request, text, len);
}

/* @param key  NULL: do not use the cache */
static int read_store(bk_request_t *request, const bk_key_t *key, bk_cache_read_t *read,
                      const char **text, apr_size_t *len)
{
    bk_cache_reading_t reading = {.keep = key != NULL};
    int result;

    if (key) {
        reading.entry.version = bk_versions_take(&shared->versions, key->hash);
        reading.entry.made = now_ms();
    }
    result = read(request, &reading);
    if (result != BK_CONTINUE) {
        return result;
    }
    /* An answer of a standby is not kept: it may lag behind a write that was answered already. */
    if (reading.text && reading.keep && request->lease) {
        keep_answer(request, key, &reading);
    }
    *text = reading.text;
    *len = reading.len;
    return BK_CONTINUE;
}

/* @param room  where a text is that was found and is sent as it is kept */
static int find_text(bk_request_t *request, const char *id, bk_cache_read_t *read,
                     bk_cache_show_t *show, found_t *room, const char **text, apr_size_t *len)
{
    look_t seen;
    bk_key_t key;

    if (!id || !is_used(request) || !make_key(&key, request, id)) {
        return read_store(request, NULL, read, text, len);
    }
    seen = look(request, &key, show, room);
    if (seen == MISSING) {
        take_cache_lock(request, &key);
        seen = look(request, &key, show, room);
    }
    if (seen == FOUND) {
        count(BK_CACHE_HIT);
        *text = room->body;
        *len = room->len;
        return BK_CONTINUE;
    }
    count(seen == MISSING ? BK_CACHE_MISS : BK_CACHE_ERROR);
    /* If the cache is down, read the store at once: no lock, no second try. */
    return read_store(request, seen == MISSING ? &key : NULL, read, text, len);
}

int bk_cache_answer(bk_request_t *request, const char *id, bk_cache_read_t *read,
                    bk_cache_show_t *show)
{
    found_t room;
    const char *text;
    apr_size_t len;
    int result = find_text(request, id, read, show, &room, &text, &len);

    return result == BK_CONTINUE ? send_answer(request, show, text, len) : result;
}

int bk_cache_text(bk_request_t *request, const char *id, bk_cache_read_t *read,
                  bk_cache_show_t *show, const char **text, apr_size_t *len)
{
    found_t room;

    return find_text(request, id, read, show, &room, text, len);
}

int bk_cache_find_text(bk_request_t *request, const char *id, bk_cache_show_t *show,
                       const char **text, apr_size_t *len)
{
    found_t room;
    bk_key_t key;

    if (!is_used(request) || !make_key(&key, request, id) ||
        look(request, &key, show, &room) != FOUND) {
        return 0;
    }
    count(BK_CACHE_HIT);
    *text = room.body;
    *len = room.len;
    return 1;
}

/* ---- writing ------------------------------------------------------------------------------------
 */

/* End what is cached under a key: on this host by a new version, and for other hosts by removing
 * the entry. */
static void forget(bk_request_t *request, const bk_key_t *key)
{
    unsigned int len;
    const char *text;

    bk_versions_move(&shared->versions, key->hash, bk_time_monotonic_ms());
    if (bk_socache_exists()) {
        text = text_of(key, &len);
        count_result(BK_CACHE_REMOVE, bk_socache_remove(request->r, text, len));
    }
}

static apr_uint64_t hash_of(const char *service)
{
    return bk_hash(&shared->own_key, service, strlen(service));
}

apr_uint64_t bk_cache_writes(const char *service)
{
    return bk_versions_take(&shared->versions, hash_of(service)).number;
}

void bk_cache_forget(bk_request_t *request, const char *id)
{
    bk_key_t key;

    bk_versions_move(&shared->versions, hash_of(bk_service()->name), bk_time_monotonic_ms());
    if (make_key(&key, request, id)) {
        forget(request, &key);
    }
}

void bk_cache_forget_owned(bk_request_t *request, apr_int64_t owner)
{
    bk_key_t key;

    make_owner_key(&key, request, owner);
    forget(request, &key);
}
