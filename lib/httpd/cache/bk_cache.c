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

#define KEY_MOST BK_CACHE_ENTRY_NAME   /* more than the longest id of a space has */
#define ENTRY_MOST BK_CACHE_ENTRY_MOST /* and the longest answer */
#define TURNS 256
#define TURN_WAIT apr_time_from_sec(1)
#define GENERATION_TTL apr_time_from_sec(7200) /* longer than anything is kept */

typedef struct shared_t {
    apr_int64_t is_ready;
    apr_int64_t before;    /* the generation before the first that uses it */
    bk_hash_key_t own_key; /* of entries, where no file has one; it outlives graceful restarts */
    bk_versions_t versions;
    bk_lock_t turns[TURNS]; /* at reading the store, by the hash of what is read */
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

/* "name:service:id", behind a byte of its hash. */
typedef struct bk_key_t {
    char text[KEY_MOST];
    unsigned int len;
    unsigned int prefix; /* how much of it is the name of the data */
    apr_uint64_t hash;
} bk_key_t;

/* An answer that was found. */
typedef struct found_t {
    unsigned char bytes[ENTRY_MOST];
    bk_cache_entry_t entry;
    const char *body; /* within them, or what was made of that */
    apr_size_t len;
} found_t;

static shared_t *shared;
static const bk_hash_key_t *entry_key; /* NULL: entries need none */
static bk_table_t *table;
static counts_t *counts; /* of this module's service */

/* ---- counts -------------------------------------------------------------------------------------
 */

static void count(bk_cache_count_t what)
{
    bk_shards_add(&counts->shards[bk_shards_own()].counts[what], 1);
}

/* What a cache says that has no such thing is no error. */
static void count_result(bk_cache_count_t what, apr_status_t rv)
{
    count(rv == APR_SUCCESS || rv == APR_NOTFOUND ? what : BK_CACHE_ERROR);
}

const char *bk_cache_counts(int i, apr_uint64_t sums[BK_CACHE_COUNTS])
{
    void *place;
    const char *name = bk_table_at(table, i, &place);
    int what;

    for (what = 0; name && what < BK_CACHE_COUNTS; what++) {
        shard_t *first = ((counts_t *)place)->shards;

        sums[what] = bk_shards_sum(&first->counts[what], sizeof(*first));
    }
    return name;
}

/* ---- life ---------------------------------------------------------------------------------------
 */

static apr_status_t make_ready(void)
{
    apr_uint64_t origin;
    apr_status_t rv = apr_generate_random_bytes((unsigned char *)&origin, sizeof(origin));
    int i;

    if (rv == APR_SUCCESS) {
        rv = bk_hash_key_make(&shared->own_key);
    }
    for (i = 0; i < TURNS && rv == APR_SUCCESS; i++) {
        rv = bk_lock_init(&shared->turns[i]);
    }
    if (rv == APR_SUCCESS) {
        bk_versions_begin(&shared->versions, origin, bk_time_monotonic_ms());
        shared->before = bk_segment_generation() - 1;
        shared->is_ready = 1;
    }
    return rv;
}

/* @param given  by a file, or NULL */
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
    counts = bk_table_place(table, bk_service()->name, s);
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

/* Not by apr_snprintf(), which takes longer than to find the answer.
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

/* @return 0 if the id is longer than any */
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

/* shmcb spreads keys by their first byte alone, others show them to people. */
static const char *text_of(const bk_key_t *key, unsigned int *len)
{
    int is_wide = bk_socache_is_wide();

    *len = key->len + !is_wide;
    return key->text + is_wide;
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

/* Where nobody else writes, nobody puts back what was there: the provider tells how old it is. */
static int is_fresh(const bk_cache_entry_t *entry, apr_interval_time_t ttl)
{
    return !entry_key || bk_cache_entry_is_fresh(entry, now_ms(), apr_time_as_msec(ttl));
}

/* @return APR_SUCCESS; APR_NOTFOUND where there is none, or none that was made with the key for
 * this name, within so long; or the provider's error */
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
 * Hosts that share a cache do not share versions: of what belongs to a user they share a number,
 * which a write removes. What was kept under another number, or under one that is gone, counts for
 * nothing.
 */

/* @return 0 if there is none */
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
    if (bk_socache_is_wide()) {
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
           (!entry->owner || !bk_socache_is_wide() ||
            (entry->generation && entry->generation == get_generation(request, entry->owner)));
}

/* ---- reading ------------------------------------------------------------------------------------
 */

/* Children that do not share the versions, those of another version of the module, write without
 * moving them on: while one of them is there, the store is read. */
static int are_versions_shared(void)
{
    static _Atomic int are_shared;

    if (!are_shared) {
        are_shared = bk_segment_is_over((int)shared->before);
    }
    return are_shared;
}

/* A store in memory answers faster than any cache. */
static int is_used(const bk_request_t *request)
{
    return are_versions_shared() && bk_socache_exists() && !request->conf->is_in_memory &&
           request->conf->cache.ttl > 0 && !bk_consistency_is_strong(request->r);
}

typedef enum look_t { FOUND, MISSING, OUT_OF_REACH } look_t;

/* @param show  makes the answer of what is kept; NULL: it is the answer */
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

/* The turn is over. */
static void leave(bk_request_t *request)
{
    bk_lock_release(request->turn);
    request->turn = NULL;
    request->leave_cache = NULL;
}

/* Who gets its turn at once reads the store, and the others wait until that is done. Those who find
 * nothing then, for there is nothing to be found, read it side by side. */
static void take_turn(bk_request_t *request, const bk_key_t *key)
{
    bk_lock_t *turn = &shared->turns[key->hash % TURNS];

    if (bk_lock_acquire(turn, 0) == APR_SUCCESS) {
        request->turn = turn;
        request->leave_cache = leave;
    }
    else if (bk_lock_acquire(turn, TURN_WAIT) == APR_SUCCESS) {
        bk_lock_release(turn);
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

/* @param key  NULL: the cache is not to be used */
static int answer_from_store(bk_request_t *request, const bk_key_t *key, bk_cache_read_t *read,
                             bk_cache_show_t *show)
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
    /* What a standby said may be behind a write that was answered. */
    if (reading.text && reading.keep && request->lease) {
        keep_answer(request, key, &reading);
    }
    return send_answer(request, show, reading.text, reading.len);
}

static int answer_found(bk_request_t *request, const found_t *found, bk_cache_show_t *show)
{
    count(BK_CACHE_HIT);
    return send_answer(request, show, found->body, found->len);
}

int bk_cache_answer(bk_request_t *request, const char *id, bk_cache_read_t *read,
                    bk_cache_show_t *show)
{
    found_t found;
    look_t seen;
    bk_key_t key;

    if (!id || !is_used(request) || !make_key(&key, request, id)) {
        return answer_from_store(request, NULL, read, show);
    }
    seen = look(request, &key, show, &found);
    if (seen == MISSING) {
        take_turn(request, &key);
        seen = look(request, &key, show, &found);
    }
    if (seen == FOUND) {
        return answer_found(request, &found, show);
    }
    count(seen == MISSING ? BK_CACHE_MISS : BK_CACHE_ERROR);
    /* Where it is out of reach nobody waits for it again, and nobody for who does. */
    return answer_from_store(request, seen == MISSING ? &key : NULL, read, show);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

/* Of the two it is the version that counts on this host; the rest is for others. */
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

void bk_cache_forget(bk_request_t *request, const char *id)
{
    bk_key_t key;

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
