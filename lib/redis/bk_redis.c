#include "bk_redis.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <hiredis.h>

#include "bk_time.h"

#define IDLE_MOST 64
#define PERIOD_LEAST apr_time_from_msec(100)
#define PERIOD_MOST apr_time_from_sec(5)
#define WHY_LEN 256
#define PROBE_KEY_MOST 1024

struct bk_redis_t {
    const bk_redis_url_t *url;
    bk_redis_state_t *state;
    bk_redis_tell_t *tell;
    void *baton;
    pthread_mutex_t mutex; /* protects the two below */
    redisContext *idle[IDLE_MOST];
    int idle_count;
};

/* A command of up to five words, and the expected type of its reply. */
typedef struct command_t {
    int type;
    int count;
    const char *words[5];
    size_t lens[5];
} command_t;

/* The result of a command: a reply that the caller frees, or the reason why there is none. */
typedef struct outcome_t {
    redisReply *reply;
    int refused; /* Redis replied with an error */
    int closed;  /* Redis had closed the connection */
    char why[WHY_LEN];
} outcome_t;

static void add(_Atomic apr_uint64_t *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static apr_int64_t now_usec(void)
{
    return apr_time_from_msec(bk_time_monotonic_ms());
}

static struct timeval timeval_of(apr_interval_time_t t)
{
    return (struct timeval){(time_t)apr_time_sec(t), (suseconds_t)apr_time_usec(t)};
}

/* ---- what is said -------------------------------------------------------------------------------
 */

/* Keep an error message. Redis may repeat what it was sent, so a message with the password is
 * replaced. */
static void keep_why(outcome_t *outcome, const bk_redis_t *redis, const char *why)
{
    const char *password = redis->url->password;

    apr_cpystrn(outcome->why,
                password && strstr(why, password) ? "(its words hold the password)" : why, WHY_LEN);
}

/* Keep the reason of a hiredis error: errno for some errors, a message for the others. */
static void keep_error(outcome_t *outcome, const bk_redis_t *redis, const redisContext *context)
{
    int timed_out = context->err == REDIS_ERR_IO && errno == EAGAIN;

    outcome->closed = context->err == REDIS_ERR_EOF ||
                      (context->err == REDIS_ERR_IO && (errno == EPIPE || errno == ECONNRESET));
    keep_why(outcome, redis, timed_out ? "it does not answer in time" : context->errstr);
}

/* ---- connections --------------------------------------------------------------------------------
 */

static redisContext *take_idle(bk_redis_t *redis)
{
    redisContext *context = NULL;

    pthread_mutex_lock(&redis->mutex);
    if (redis->idle_count) {
        context = redis->idle[--redis->idle_count];
    }
    pthread_mutex_unlock(&redis->mutex);
    return context;
}

static void give_back(bk_redis_t *redis, redisContext *context)
{
    pthread_mutex_lock(&redis->mutex);
    if (redis->idle_count < IDLE_MOST) {
        redis->idle[redis->idle_count++] = context;
        context = NULL;
    }
    pthread_mutex_unlock(&redis->mutex);
    if (context) {
        redisFree(context);
    }
}

void bk_redis_close(bk_redis_t *redis)
{
    redisContext *context;

    while ((context = take_idle(redis))) {
        redisFree(context);
    }
}

/* Whether a reply has the expected type. WRONGTYPE counts as a reply, not as a failure of Redis:
 * the key then has a value that is not ours. */
static int is_answer(const command_t *command, const redisReply *reply)
{
    return reply->type == command->type ||
           (reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, "WRONGTYPE", 9) == 0);
}

/* Send a command and read its reply. */
static int exchange(bk_redis_t *redis, redisContext *context, command_t *command,
                    outcome_t *outcome)
{
    redisReply *reply;

    errno = 0;
    reply = redisCommandArgv(context, command->count, command->words, command->lens);
    if (!reply) {
        keep_error(outcome, redis, context);
        return 0;
    }
    if (!is_answer(command, reply)) {
        outcome->refused = 1;
        keep_why(outcome, redis,
                 reply->type == REDIS_REPLY_ERROR ? reply->str : "its answer is of another type");
        freeReplyObject(reply);
        return 0;
    }
    outcome->reply = reply;
    return 1;
}

/* A step of setting up a new connection, whose reply only has to be no error. */
static int make_step(bk_redis_t *redis, redisContext *context, command_t *command,
                     outcome_t *outcome)
{
    if (!exchange(redis, context, command, outcome)) {
        return 0;
    }
    freeReplyObject(outcome->reply);
    outcome->reply = NULL;
    return 1;
}

static void add_word(command_t *command, const char *word, size_t len)
{
    command->words[command->count] = word;
    command->lens[command->count++] = len;
}

/* Whether the reply to ROLE has a role: it has none if the user lacks the right, or Redis does not
 * know the command. */
static int is_told_role(const outcome_t *outcome)
{
    return !outcome->refused || (strncmp(outcome->why, "NOPERM", 6) != 0 &&
                                 strncmp(outcome->why, "ERR unknown command", 19) != 0);
}

static int is_master(const redisReply *role)
{
    return role->elements > 0 && role->element[0]->type == REDIS_REPLY_STRING &&
           strcmp(role->element[0]->str, "master") == 0;
}

/* Refuse a replica, which a former master becomes after a failover: it answers reads, perhaps with
 * old values, and refuses writes. */
static int check_role(bk_redis_t *redis, redisContext *context, outcome_t *outcome)
{
    command_t role = {REDIS_REPLY_ARRAY, 1, {"ROLE"}, {4}};
    int is_right;

    if (!exchange(redis, context, &role, outcome)) {
        if (is_told_role(outcome)) {
            return 0;
        }
        memset(outcome, 0, sizeof(*outcome));
        return 1;
    }
    is_right = is_master(outcome->reply);
    freeReplyObject(outcome->reply);
    outcome->reply = NULL;
    if (!is_right) {
        outcome->refused = 1;
        keep_why(outcome, redis, "it is a replica, and no master (ROLE)");
    }
    return is_right;
}

static int log_in(bk_redis_t *redis, redisContext *context, outcome_t *outcome)
{
    const bk_redis_url_t *url = redis->url;
    command_t auth = {REDIS_REPLY_STATUS, 1, {"AUTH"}, {4}};

    if (!url->password) {
        return 1;
    }
    if (url->user) {
        add_word(&auth, url->user, strlen(url->user));
    }
    add_word(&auth, url->password, strlen(url->password));
    return make_step(redis, context, &auth, outcome);
}

static int select_db(bk_redis_t *redis, redisContext *context, outcome_t *outcome)
{
    command_t select = {REDIS_REPLY_STATUS, 1, {"SELECT"}, {6}};
    char db[16];

    if (redis->url->db == 0) {
        return 1;
    }
    add_word(&select, db, (size_t)apr_snprintf(db, sizeof(db), "%d", redis->url->db));
    return make_step(redis, context, &select, outcome);
}

static int introduce(bk_redis_t *redis, redisContext *context, outcome_t *outcome)
{
    return log_in(redis, context, outcome) && select_db(redis, context, outcome) &&
           check_role(redis, context, outcome);
}

static redisContext *connect_new(bk_redis_t *redis, outcome_t *outcome)
{
    const bk_redis_url_t *url = redis->url;
    struct timeval connect_timeout = timeval_of(url->connect_timeout);
    redisContext *context = url->socket
                                ? redisConnectUnixWithTimeout(url->socket, connect_timeout)
                                : redisConnectWithTimeout(url->host, url->port, connect_timeout);

    if (!context) {
        keep_why(outcome, redis, "out of memory");
        return NULL;
    }
    if (context->err) {
        keep_error(outcome, redis, context);
    }
    else if (redisSetTimeout(context, timeval_of(url->timeout)) != REDIS_OK) {
        keep_error(outcome, redis, context);
    }
    else if (introduce(redis, context, outcome)) {
        return context;
    }
    redisFree(context);
    return NULL;
}

/* ---- while it is away ---------------------------------------------------------------------------
 */

/* Whether a call may be made: Redis is there; it is away and this caller tries again; it is away.
 */
typedef enum turn_t { THERE, TRIAL, WAIT } turn_t;

/* While Redis is away one caller per period tries again: the one whose compare-and-swap moves
 * not_before on. It is moved beyond the end of the attempt, which then sets it again; so a caller
 * that is killed during its attempt delays the next one only for that long. */
static turn_t take_turn(bk_redis_t *redis)
{
    bk_redis_state_t *state = redis->state;
    apr_int64_t not_before = atomic_load(&state->not_before);
    apr_int64_t now = not_before ? now_usec() : 0;
    apr_int64_t attempt = redis->url->connect_timeout + 5 * redis->url->timeout;

    if (!not_before) {
        return THERE;
    }
    return now >= not_before &&
                   atomic_compare_exchange_strong(&state->not_before, &not_before,
                                                  now + atomic_load(&state->period) + attempt)
               ? TRIAL
               : WAIT;
}

static apr_int64_t doubled(apr_int64_t period)
{
    return 2 * period > PERIOD_MOST ? PERIOD_MOST : 2 * period;
}

/* Mark Redis as away. Of callers that fail at the same time, one reports it. A Redis that fails
 * again soon after it came back, because it takes some commands and refuses others, is left alone
 * for a longer period each time. */
static int is_away_now(bk_redis_state_t *state)
{
    apr_int64_t there = 0, now = now_usec(), period = PERIOD_LEAST;
    apr_int64_t came_back = atomic_load(&state->came_back);

    if (came_back && now - came_back < PERIOD_MOST) {
        period = doubled(atomic_load(&state->period));
    }
    if (!atomic_compare_exchange_strong(&state->not_before, &there, now + period)) {
        return 0;
    }
    atomic_store(&state->period, period);
    return 1;
}

static void went_wrong(bk_redis_t *redis, const outcome_t *outcome, turn_t turn)
{
    bk_redis_state_t *state = redis->state;
    int is_first = 0;

    add(&state->failures);
    if (turn == TRIAL) {
        atomic_store(&state->period, doubled(atomic_load(&state->period)));
        atomic_store(&state->not_before, now_usec() + atomic_load(&state->period));
    }
    else {
        is_first = is_away_now(state);
    }
    if (is_first || turn == TRIAL) {
        atomic_store(&state->refuses, outcome->refused);
        atomic_store(&state->tell_from, 0);
    }
    if (is_first || (turn == TRIAL && outcome->refused)) {
        redis->tell(redis->baton, outcome->refused ? BK_REDIS_REFUSES : BK_REDIS_AWAY,
                    outcome->why);
    }
}

/* A Redis that had replied with errors is reported as back only when it has taken all commands for
 * as long as it was last left alone: otherwise there would be two reports for each period. */
static void came_back(bk_redis_t *redis)
{
    bk_redis_state_t *state = redis->state;
    apr_int64_t now = now_usec();

    atomic_store(&state->came_back, now);
    if (atomic_exchange(&state->refuses, 0)) {
        atomic_store(&state->tell_from, now + atomic_load(&state->period));
    }
    else {
        redis->tell(redis->baton, BK_REDIS_BACK, "");
    }
    atomic_store(&state->not_before, 0);
}

static void went_well(bk_redis_t *redis, turn_t turn)
{
    apr_int64_t tell_from = atomic_load(&redis->state->tell_from);

    if (turn == TRIAL) {
        came_back(redis);
    }
    else if (tell_from && now_usec() >= tell_from &&
             atomic_compare_exchange_strong(&redis->state->tell_from, &tell_from, 0)) {
        redis->tell(redis->baton, BK_REDIS_BACK, "");
    }
}

/* ---- commands -----------------------------------------------------------------------------------
 */

/* Send a command over this connection, or over a new one if it is NULL. */
static int call_over(bk_redis_t *redis, redisContext *context, command_t *command,
                     outcome_t *outcome)
{
    memset(outcome, 0, sizeof(*outcome));
    if (!context) {
        context = connect_new(redis, outcome);
    }
    if (!context) {
        return 0;
    }
    if (!exchange(redis, context, command, outcome)) {
        redisFree(context);
        return 0;
    }
    give_back(redis, context);
    return 1;
}

/* Send a command. If Redis has closed the idle connection in the meantime, repeat it on a new one,
 * and close the other idle ones, which Redis will have closed too. */
static int call_again(bk_redis_t *redis, command_t *command, outcome_t *outcome)
{
    redisContext *idle = take_idle(redis);

    if (call_over(redis, idle, command, outcome)) {
        return 1;
    }
    if (!idle || !outcome->closed) {
        return 0;
    }
    bk_redis_close(redis);
    return call_over(redis, NULL, command, outcome);
}

/* A Redis that had replied with errors may answer reads but refuse writes: so an attempt writes a
 * value first, under the wanted key with a suffix, for which the user has the right. */
static int takes_writes(bk_redis_t *redis, const command_t *wanted, outcome_t *outcome)
{
    command_t set = {REDIS_REPLY_STATUS, 1, {"SET"}, {3}};
    char key[PROBE_KEY_MOST];
    apr_size_t len = wanted->lens[1] < sizeof(key) - 6 ? wanted->lens[1] : sizeof(key) - 6;

    memcpy(key, wanted->words[1], len);
    memcpy(key + len, ":probe", 6);
    add_word(&set, key, len + 6);
    add_word(&set, "", 0);
    add_word(&set, "PX", 2);
    add_word(&set, "1", 1);
    if (!call_again(redis, &set, outcome)) {
        return 0;
    }
    freeReplyObject(outcome->reply);
    return 1;
}

/* @return APR_SUCCESS, with a reply that the caller frees */
static apr_status_t call(bk_redis_t *redis, command_t *command, redisReply **reply)
{
    turn_t turn = take_turn(redis);
    outcome_t outcome;

    if (turn == WAIT) {
        return APR_EAGAIN;
    }
    add(&redis->state->attempts);
    if ((turn == TRIAL && atomic_load(&redis->state->refuses) &&
         !takes_writes(redis, command, &outcome)) ||
        !call_again(redis, command, &outcome)) {
        went_wrong(redis, &outcome, turn);
        return APR_EGENERAL;
    }
    went_well(redis, turn);
    *reply = outcome.reply;
    return APR_SUCCESS;
}

/* Uses GETRANGE instead of GET, because it limits what Redis sends. For a missing key Redis sends
 * an empty string; empty values are never stored. */
apr_status_t bk_redis_get(bk_redis_t *redis, const char *key, apr_size_t key_len,
                          unsigned char *data, apr_size_t *len)
{
    char last[24];
    command_t command = {REDIS_REPLY_STRING, 1, {"GETRANGE"}, {8}};
    redisReply *reply;
    apr_status_t rv;

    add_word(&command, key, key_len);
    add_word(&command, "0", 1);
    add_word(&command, last, (size_t)apr_snprintf(last, sizeof(last), "%" APR_SIZE_T_FMT, *len));
    rv = call(redis, &command, &reply);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (reply->type != REDIS_REPLY_STRING || reply->len == 0) {
        rv = APR_NOTFOUND;
    }
    else if ((apr_size_t)reply->len > *len) {
        rv = APR_ENOSPC;
    }
    else {
        *len = (apr_size_t)reply->len;
        memcpy(data, reply->str, *len);
    }
    freeReplyObject(reply);
    add(rv == APR_SUCCESS ? &redis->state->hits : &redis->state->misses);
    return rv;
}

apr_status_t bk_redis_set(bk_redis_t *redis, const char *key, apr_size_t key_len,
                          const unsigned char *data, apr_size_t len, apr_interval_time_t ttl)
{
    char milliseconds[24];
    command_t command = {REDIS_REPLY_STATUS, 1, {"SET"}, {3}};
    redisReply *reply;
    apr_status_t rv;

    add_word(&command, key, key_len);
    add_word(&command, (const char *)data, len);
    add_word(&command, "PX", 2);
    add_word(&command, milliseconds,
             (size_t)apr_snprintf(milliseconds, sizeof(milliseconds), "%" APR_INT64_T_FMT,
                                  apr_time_as_msec(ttl)));
    rv = call(redis, &command, &reply);
    if (rv == APR_SUCCESS) {
        add(&redis->state->stores);
        freeReplyObject(reply);
    }
    return rv;
}

apr_status_t bk_redis_remove(bk_redis_t *redis, const char *key, apr_size_t key_len)
{
    command_t command = {REDIS_REPLY_INTEGER, 1, {"DEL"}, {3}};
    redisReply *reply;
    apr_status_t rv;

    add_word(&command, key, key_len);
    rv = call(redis, &command, &reply);
    if (rv == APR_SUCCESS) {
        add(&redis->state->removes);
        freeReplyObject(reply);
    }
    return rv;
}

/* ---- life ---------------------------------------------------------------------------------------
 */

static apr_status_t end(void *data)
{
    bk_redis_t *redis = data;

    bk_redis_close(redis);
    pthread_mutex_destroy(&redis->mutex);
    return APR_SUCCESS;
}

bk_redis_t *bk_redis_create(const bk_redis_url_t *url, bk_redis_state_t *state,
                            bk_redis_tell_t *tell, void *baton, apr_pool_t *p)
{
    bk_redis_t *redis = apr_pcalloc(p, sizeof(*redis));

    redis->url = url;
    redis->state = state;
    redis->tell = tell;
    redis->baton = baton;
    pthread_mutex_init(&redis->mutex, NULL);
    apr_pool_cleanup_register(p, redis, end, apr_pool_cleanup_null);
    return redis;
}
