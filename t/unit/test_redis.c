#include "unit.h"

#include <stdio.h>
#include <sys/stat.h>

#include <apr_strings.h>

#include "bk_redis.h"
#include "crowd.h"

#define MINUTE apr_time_from_sec(60)

/* A Redis of the test's own: in a directory of its own, on a socket in there, so that no port can
 * be somebody else's. */
static char dir[] = "/tmp/bookable-redis-XXXXXX";
static pid_t server;

static int events[3];
static char last_why[256];

static void tell(void *baton, bk_redis_event_t event, const char *why)
{
    events[event]++;
    apr_cpystrn(last_why, why, sizeof(last_why));
}

static const char *socket_path(apr_pool_t *p)
{
    return apr_pstrcat(p, dir, "/socket", NULL);
}

static void server_start(const char *option, const char *value)
{
    char path[64];

    snprintf(path, sizeof(path), "%s/socket", dir);
    server = fork();
    if (server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)!freopen("/dev/null", "w", stdout);
        execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", path, "--dir", dir,
               "--save", "", "--appendonly", "no", option, value, (char *)NULL);
        _exit(127);
    }
    assert_true(server > 0);
}

/* One that is patient, unless its options say otherwise: Redis is there, and the machine is busy.
 */
static bk_redis_t *client(const char *credentials, const char *options, bk_redis_state_t *shared,
                          apr_pool_t *p)
{
    bk_redis_url_t *url = apr_palloc(p, sizeof(*url));
    const char *patience = strstr(options, "timeout=") ? ""
                           : *options                  ? "&timeout=5s"
                                                       : "?timeout=5s";
    const char *wrong = bk_redis_url_parse(
        url, apr_pstrcat(p, "//", credentials, socket_path(p), options, patience, NULL), p);

    assert_that(!wrong, "%s", wrong);
    memset(events, 0, sizeof(events));
    return bk_redis_create(url, shared ? shared : apr_pcalloc(p, sizeof(*shared)), tell, NULL, p);
}

static apr_status_t get(bk_redis_t *redis, const char *key, char *value, apr_size_t room)
{
    apr_size_t len = room - 1;
    apr_status_t rv = bk_redis_get(redis, key, strlen(key), (unsigned char *)value, &len);

    value[rv == APR_SUCCESS ? len : 0] = '\0';
    return rv;
}

static apr_status_t set(bk_redis_t *redis, const char *key, const char *value)
{
    return bk_redis_set(redis, key, strlen(key), (const unsigned char *)value, strlen(value),
                        MINUTE);
}

static int answers(bk_redis_t *redis)
{
    char value[8];
    apr_status_t rv = get(redis, "nothing", value, sizeof(value));

    return rv == APR_SUCCESS || rv == APR_NOTFOUND;
}

/* Up, as a client without a history sees it. */
static void server_wait(const char *credentials, apr_pool_t *p)
{
    bk_redis_t *redis = client(credentials, "", NULL, p);

    CROWD_WAIT(answers(redis));
    bk_redis_close(redis);
    memset(events, 0, sizeof(events));
}

static void server_stop(void)
{
    kill(server, SIGCONT);
    crowd_kill(server);
}

static void test_values(void **state)
{
    static const unsigned char bytes[] = {0, 1, '\r', '\n', '$', 255, 0, '%'};
    unsigned char got[16];
    apr_size_t len = sizeof(got);
    bk_redis_t *redis = client("", "", NULL, *state);
    char value[32];

    assert_int_equal(get(redis, "a", value, sizeof(value)), APR_NOTFOUND);
    assert_int_equal(set(redis, "a", "one"), APR_SUCCESS);
    assert_int_equal(get(redis, "a", value, sizeof(value)), APR_SUCCESS);
    assert_string_equal(value, "one");
    assert_int_equal(set(redis, "a", "two"), APR_SUCCESS);
    assert_int_equal(get(redis, "a", value, sizeof(value)), APR_SUCCESS);
    assert_string_equal(value, "two");
    assert_int_equal(bk_redis_remove(redis, "a", 1), APR_SUCCESS);
    assert_int_equal(bk_redis_remove(redis, "a", 1), APR_SUCCESS);
    assert_int_equal(get(redis, "a", value, sizeof(value)), APR_NOTFOUND);

    assert_int_equal(
        bk_redis_set(redis, (const char *)bytes, sizeof(bytes), bytes, sizeof(bytes), MINUTE),
        APR_SUCCESS);
    assert_int_equal(bk_redis_get(redis, (const char *)bytes, sizeof(bytes), got, &len),
                     APR_SUCCESS);
    assert_int_equal(len, sizeof(bytes));
    assert_memory_equal(got, bytes, sizeof(bytes));
    assert_int_equal(events[BK_REDIS_AWAY] + events[BK_REDIS_REFUSES] + events[BK_REDIS_BACK], 0);
}

/* As long as the room, and a byte longer. */
static void test_room(void **state)
{
    bk_redis_t *redis = client("", "", NULL, *state);
    unsigned char got[4];
    apr_size_t len = 4;

    assert_int_equal(set(redis, "four", "1234"), APR_SUCCESS);
    assert_int_equal(bk_redis_get(redis, "four", 4, got, &len), APR_SUCCESS);
    assert_int_equal(len, 4);
    len = 3;
    assert_int_equal(bk_redis_get(redis, "four", 4, got, &len), APR_ENOSPC);
    assert_int_equal(events[BK_REDIS_AWAY], 0);
}

static void test_ttl(void **state)
{
    bk_redis_t *redis = client("", "", NULL, *state);
    char value[8];
    int64_t start = crowd_usec();

    assert_int_equal(
        bk_redis_set(redis, "brief", 5, (const unsigned char *)"x", 1, apr_time_from_msec(300)),
        APR_SUCCESS);
    assert_int_equal(get(redis, "brief", value, sizeof(value)), APR_SUCCESS);
    CROWD_WAIT(get(redis, "brief", value, sizeof(value)) == APR_NOTFOUND);
    assert_in_range(crowd_usec() - start, 250000, 5000000);
}

/* Databases are apart, and so is a key of another type from a value. */
static void test_database(void **state)
{
    bk_redis_t *zero = client("", "", NULL, *state), *three = client("", "?db=3", NULL, *state);
    bk_redis_t *none = client("", "?db=9999", NULL, *state);
    char value[8];
    char command[256];

    assert_int_equal(set(zero, "here", "0"), APR_SUCCESS);
    assert_int_equal(get(three, "here", value, sizeof(value)), APR_NOTFOUND);
    assert_int_equal(set(three, "here", "3"), APR_SUCCESS);
    assert_int_equal(get(zero, "here", value, sizeof(value)), APR_SUCCESS);
    assert_string_equal(value, "0");
    assert_int_equal(set(none, "here", "x"), APR_EGENERAL);
    assert_int_equal(events[BK_REDIS_REFUSES], 1);
    assert_non_null(strstr(last_why, "DB index"));

    snprintf(command, sizeof(command), "redis-cli -s %s lpush list 1 > /dev/null",
             socket_path(*state));
    assert_int_equal(system(command), 0);
    assert_int_equal(get(zero, "list", value, sizeof(value)), APR_NOTFOUND);
    assert_int_equal(get(zero, "here", value, sizeof(value)), APR_SUCCESS);
}

/* Stopped, it keeps one caller for one time-out, and nobody for longer. */
static void test_stopped(void **state)
{
    bk_redis_t *redis = client("", "?timeout=50ms", NULL, *state);
    char value[8];
    int64_t start;
    int i;

    assert_true(answers(redis));
    kill(server, SIGSTOP);
    start = crowd_usec();
    assert_int_equal(get(redis, "a", value, sizeof(value)), APR_EGENERAL);
    assert_in_range(crowd_usec() - start, 40000, CROWD_LATE);
    assert_int_equal(events[BK_REDIS_AWAY], 1);
    assert_string_equal(last_why, "it does not answer in time");
    /* For the first period, of 0.1 s; it began when the time-out was over. */
    for (i = 0; i < 1000; i++) {
        apr_status_t got = get(redis, "a", value, sizeof(value)), put = set(redis, "a", "x");
        if (crowd_usec() - start >= 40000 + 100000) {
            break;
        }
        assert_int_equal(got, APR_EAGAIN);
        assert_int_equal(put, APR_EAGAIN);
    }
    kill(server, SIGCONT);
    CROWD_WAIT(answers(redis));
    assert_int_equal(events[BK_REDIS_AWAY], 1);
    assert_int_equal(events[BK_REDIS_BACK], 1);
}

typedef struct crowd_t {
    bk_redis_state_t state;
    bk_redis_t *redis;
    _Atomic int stop;
} crowd_t;

static void keep_calling(void *data, int number)
{
    crowd_t *crowd = data;
    char value[8];

    while (!atomic_load(&crowd->stop)) {
        (void)get(crowd->redis, "a", value, sizeof(value));
        usleep(500);
    }
    bk_redis_close(crowd->redis);
}

/* Gone: processes and threads together try so often as the doubling period lets one of them; then
 * it is there again, and an idle connection of before is no failure. */
static void test_killed(void **state)
{
    crowd_t *crowd = crowd_memory(sizeof(*crowd));
    apr_uint64_t attempts;
    int64_t away;
    pid_t pids[2];
    char value[8];
    int i, status;

    crowd->redis = client("", "", &crowd->state, *state);
    server_stop();
    away = crowd_usec();
    (void)get(crowd->redis, "a", value, sizeof(value));
    assert_int_equal(events[BK_REDIS_AWAY], 1);
    attempts = atomic_load(&crowd->state.attempts);
    for (i = 0; i < 2; i++) {
        pids[i] = crowd_child(8, keep_calling, crowd, 0);
        assert_true(pids[i] > 0);
    }
    CROWD_WAIT(atomic_load(&crowd->state.attempts) - attempts >= 3);
    attempts = atomic_load(&crowd->state.attempts) - attempts;
    /* at 0.1, 0.3, 0.7 s and so on, by a clock of milliseconds */
    away = crowd_usec() - away;
    assert_that(away >= ((INT64_C(1) << attempts) - 1) * 100000 - (int64_t)attempts * 1000,
                "%d attempts in %d ms", (int)attempts, (int)(away / 1000));
    server_start("--loglevel", "warning");
    CROWD_WAIT(atomic_load(&crowd->state.misses) > 100);
    atomic_store(&crowd->stop, 1);
    for (i = 0; i < 2; i++) {
        assert_true(waitpid(pids[i], &status, 0) == pids[i] && status == 0);
    }
    assert_true(answers(crowd->redis));
    server_stop();
    server_start("--loglevel", "warning");
    server_wait("", *state);
    assert_true(answers(crowd->redis));
    assert_int_equal(events[BK_REDIS_AWAY], 0);
}

/* What Redis says against us is told in its words, without the password. */
static void test_password(void **state)
{
    bk_redis_t *none, *wrong, *right;
    char value[8];

    server_stop();
    server_start("--requirepass", "open sesame");
    server_wait(":open%20sesame@", *state);
    none = client("", "", NULL, *state);
    assert_int_equal(get(none, "a", value, sizeof(value)), APR_EGENERAL);
    assert_int_equal(events[BK_REDIS_REFUSES], 1);
    assert_non_null(strstr(last_why, "NOAUTH"));
    wrong = client(":not%20sesame@", "", NULL, *state);
    assert_int_equal(get(wrong, "a", value, sizeof(value)), APR_EGENERAL);
    assert_non_null(strstr(last_why, "WRONGPASS"));
    assert_null(strstr(last_why, "sesame"));
    assert_int_equal(get(wrong, "a", value, sizeof(value)), APR_EAGAIN);
    /* Again at each attempt, for somebody has to see to it. */
    CROWD_WAIT(!answers(wrong) && events[BK_REDIS_REFUSES] == 2);
    right = client(":open%20sesame@", "?db=2", NULL, *state);
    assert_int_equal(set(right, "a", "x"), APR_SUCCESS);
    assert_int_equal(get(right, "a", value, sizeof(value)), APR_SUCCESS);
    right = client("default:open%20sesame@", "", NULL, *state);
    assert_int_equal(set(right, "a", "x"), APR_SUCCESS);
    /* The rights that docs/operations.md gives it. */
    assert_int_equal(
        system(apr_pstrcat(*state, "REDISCLI_AUTH='open sesame' redis-cli -s ", socket_path(*state),
                           " ACL SETUSER ann on '>her own' '~*' +getrange +set +del"
                           " +select > /dev/null",
                           NULL)),
        0);
    right = client("ann:her%20own@", "?db=2", NULL, *state);
    assert_int_equal(set(right, "a", "y"), APR_SUCCESS);
    assert_int_equal(get(right, "a", value, sizeof(value)), APR_SUCCESS);
    assert_string_equal(value, "y");
    assert_int_equal(bk_redis_remove(right, "a", 1), APR_SUCCESS);
    server_stop();
    server_start("--loglevel", "warning");
    server_wait("", *state);
}

static void cli(const char *command, apr_pool_t *p)
{
    assert_int_equal(
        system(apr_pstrcat(p, "redis-cli -s ", socket_path(p), " ", command, " > /dev/null", NULL)),
        0);
}

/* Ask for a value all the time until so many attempts were made since it went away, and see that
 * none is answered and each is told once. */
static void stays_away(bk_redis_t *redis, bk_redis_state_t *shared, unsigned int attempts)
{
    apr_uint64_t before = atomic_load(&shared->attempts);

    memset(events, 0, sizeof(events));
    while (atomic_load(&shared->attempts) - before < attempts) {
        assert_false(answers(redis));
        apr_sleep(1000);
    }
    assert_int_equal(events[BK_REDIS_REFUSES], attempts);
    assert_int_equal(events[BK_REDIS_BACK], 0);
}

/* It is asked until it is there; and told that, when it has been so for a while. */
static void comes_back(bk_redis_t *redis)
{
    CROWD_WAIT(answers(redis));
    CROWD_WAIT(answers(redis) && events[BK_REDIS_BACK] == 1);
}

/* Out of memory, it takes no value, but has reads answered: it is away all the same. */
static void test_out_of_memory(void **state)
{
    bk_redis_state_t *shared = apr_pcalloc(*state, sizeof(*shared));
    bk_redis_t *redis = client("", "", shared, *state);
    char value[8];

    cli("CONFIG SET maxmemory 1", *state);
    assert_int_equal(set(redis, "a", "x"), APR_EGENERAL);
    assert_non_null(strstr(last_why, "OOM"));
    assert_int_equal(get(redis, "a", value, sizeof(value)), APR_EAGAIN);
    stays_away(redis, shared, 3);
    cli("CONFIG SET maxmemory 0", *state);
    comes_back(redis);
}

/* What fails soon after it came back is kept away for longer than the last time. */
static void test_again(void **state)
{
    bk_redis_state_t *shared = apr_pcalloc(*state, sizeof(*shared));
    bk_redis_t *redis = client("", "", shared, *state);
    int i;

    for (i = 0; i < 3; i++) {
        CROWD_WAIT(answers(redis));
        cli("CONFIG SET maxmemory 1", *state);
        assert_int_equal(set(redis, "a", "x"), APR_EGENERAL);
        assert_int_equal(atomic_load(&shared->period), apr_time_from_msec(100) << i);
        cli("CONFIG SET maxmemory 0", *state);
    }
    comes_back(redis);
}

/* A replica reads like a master. It is found out by its role, or by what it does not take. */
static void test_replica(void **state)
{
    bk_redis_state_t *shared = apr_pcalloc(*state, sizeof(*shared));
    bk_redis_state_t *of_ann = apr_pcalloc(*state, sizeof(*of_ann));
    bk_redis_t *redis = client("", "", shared, *state), *ann;

    cli("ACL SETUSER ann on '>her own' '~a*' +getrange +set +del +select", *state);
    ann = client("ann:her%20own@", "?db=2", of_ann, *state);
    assert_true(answers(redis));
    assert_int_equal(set(ann, "a", "x"), APR_SUCCESS);
    cli("REPLICAOF 127.0.0.1 1", *state);
    /* Over a connection of before. */
    assert_int_equal(set(redis, "a", "x"), APR_EGENERAL);
    assert_non_null(strstr(last_why, "READONLY"));
    stays_away(redis, shared, 3);
    assert_non_null(strstr(last_why, "replica"));
    bk_redis_close(ann);
    assert_int_equal(set(ann, "a", "x"), APR_EGENERAL);
    assert_non_null(strstr(last_why, "READONLY"));
    cli("REPLICAOF NO ONE", *state);
    memset(events, 0, sizeof(events));
    comes_back(redis);
    CROWD_WAIT(set(ann, "a", "x") == APR_SUCCESS);
}

static int group_open(void **state)
{
    signal(SIGPIPE, SIG_IGN);
    if (unit_pool_open(state) != 0 || !mkdtemp(dir)) {
        return -1;
    }
    server_start("--loglevel", "warning");
    server_wait("", *state);
    return 0;
}

static int group_close(void **state)
{
    char file[64];

    server_stop();
    snprintf(file, sizeof(file), "%s/socket", dir);
    unlink(file);
    rmdir(dir);
    return unit_pool_close(state);
}

/* Each test has a pool of its own: what it was connected with is closed with that. */
static int test_open(void **state)
{
    return apr_pool_create((apr_pool_t **)state, *state) == APR_SUCCESS ? 0 : -1;
}

static int test_close(void **state)
{
    apr_pool_destroy(*state);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, test_open, test_close),
        cmocka_unit_test_setup_teardown(test_room, test_open, test_close),
        cmocka_unit_test_setup_teardown(test_ttl, test_open, test_close),
        cmocka_unit_test_setup_teardown(test_database, test_open, test_close),
        cmocka_unit_test_setup_teardown(test_stopped, test_open, test_close),
        cmocka_unit_test_setup_teardown(test_killed, test_open, test_close),
        cmocka_unit_test_setup_teardown(test_password, test_open, test_close),
        cmocka_unit_test_setup_teardown(test_out_of_memory, test_open, test_close),
        cmocka_unit_test_setup_teardown(test_again, test_open, test_close),
        cmocka_unit_test_setup_teardown(test_replica, test_open, test_close),
    };

    return cmocka_run_group_tests_name("bk_redis", tests, group_open, group_close);
}
