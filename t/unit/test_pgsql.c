#include "pg_fixture.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <apr_strings.h>

#include "bk_pgsql.h"
#include "bk_pgsql_environment.h"
#include "bk_time.h"

enum { TIMEOUT = 2000 }; /* for a host, milliseconds */

static bk_pgsql_target_t *target_of(const char *params, apr_pool_t *p)
{
    const char *why = "";
    bk_pgsql_target_t *target = bk_pgsql_target(params, &why, p);

    assert_string_equal(why, "");
    return target;
}

/* What an option is for a host. */
static const char *value(const bk_pgsql_target_t *target, int host, const char *keyword)
{
    int i;

    for (i = 0; target->keywords[i]; i++) {
        if (strcmp(target->keywords[i], keyword) == 0) {
            return target->values[host][i];
        }
    }
    return NULL;
}

/* ---- connection strings -------------------------------------------------------------------------
 */

static void test_target(void **state)
{
    apr_pool_t *p = *state;
    bk_pgsql_target_t *target =
        target_of("host=a,b,c port=1,2,3 target_session_attrs=read-write connect_timeout=3", p);

    assert_int_equal(target->hosts, 3);
    assert_true(target->is_exclusive);
    assert_int_equal(target->timeout, 3000);
    assert_string_equal(value(target, 1, "host"), "b");
    assert_string_equal(value(target, 2, "port"), "3");
    assert_string_equal(value(target, 0, "client_encoding"), "UTF8");

    target = target_of("postgresql://u:secret@a:5,b:6/d?client_encoding=latin1", p);
    assert_int_equal(target->hosts, 2);
    assert_false(target->is_exclusive);
    assert_int_equal(target->timeout, 0);
    assert_false(target->has_timeout);
    assert_string_equal(value(target, 1, "host"), "b");
    assert_string_equal(value(target, 1, "port"), "6");
    assert_string_equal(value(target, 1, "password"), "secret");
    assert_string_equal(value(target, 1, "client_encoding"), "UTF8");

    target = target_of("host=a,b port=7 hostaddr=127.0.0.1,127.0.0.2", p);
    assert_string_equal(value(target, 1, "port"), "7");
    assert_string_equal(value(target, 1, "hostaddr"), "127.0.0.2");
    assert_int_equal(target_of("", p)->hosts, 1);
    assert_true(target_of("connect_timeout=0", p)->has_timeout);
    assert_null(bk_pgsql_target_refused(target_of("host=a connect_timeout=2", p), p));
    assert_non_null(
        strstr(bk_pgsql_target_refused(target_of("service=x connect_timeout=2", p), p), "service"));
}

/* A host that vanishes is noticed, unless the administrator says otherwise. */
static void test_target_keepalive(void **state)
{
    bk_pgsql_target_t *usual = target_of("host=a,b connect_timeout=2", *state);
    bk_pgsql_target_t *own =
        target_of("host=a,b connect_timeout=2 keepalives_idle=60 tcp_user_timeout=0", *state);

    assert_string_equal(value(usual, 0, "keepalives_idle"), "10");
    assert_string_equal(value(usual, 1, "keepalives_interval"), "5");
    assert_string_equal(value(usual, 1, "keepalives_count"), "3");
    assert_string_equal(value(usual, 1, "tcp_user_timeout"), "25000");
    assert_string_equal(value(own, 1, "keepalives_idle"), "60");
    assert_string_equal(value(own, 1, "keepalives_interval"), "5");
    assert_string_equal(value(own, 1, "tcp_user_timeout"), "0");
    assert_null(bk_pgsql_target_refused(usual, *state));
}

/* As libpq has it: all as standbys, and then all as anything. */
static void test_target_rounds(void **state)
{
    bk_pgsql_target_t *target = target_of("host=a,b target_session_attrs=prefer-standby", *state);

    assert_int_equal(target->hosts, 4);
    assert_string_equal(value(target, 1, "host"), "b");
    assert_string_equal(value(target, 1, "target_session_attrs"), "standby");
    assert_string_equal(value(target, 2, "host"), "a");
    assert_string_equal(value(target, 2, "target_session_attrs"), "any");
}

static void test_target_wrong(void **state)
{
    static const char *const wrong[] = {
        "password=geheim host",       "geheim",
        "host=a,b port=1,2,3",        "host=a,b hostaddr=127.0.0.1",
        "nonsense=1 password=geheim", "host=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        const char *why = NULL;

        assert_null(bk_pgsql_target(wrong[i], &why, *state));
        assert_non_null(why);
        assert_null(strstr(why, "geheim"));
    }
}

/* ---- hosts that are silent ----------------------------------------------------------------------
 */

/* A host whose kernel takes connections, and which says nothing. @return its socket */
static int listen_silently_at(const char *where, int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    assert_int_equal(inet_pton(AF_INET, where, &address.sin_addr), 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 64), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static int listen_silently(int *port)
{
    return listen_silently_at("127.0.0.1", port);
}

/* How many have connected since somebody asked. */
static int count_connections(int fd)
{
    int count = 0, connection;

    while ((connection = accept(fd, NULL, NULL)) >= 0) {
        close(connection);
        count++;
    }
    return count;
}

static const char *params_of(int port, const char *more, apr_pool_t *p)
{
    return apr_psprintf(p,
                        "host=127.0.0.1,%s port=%d,5432 user=bookable dbname=postgres "
                        "connect_timeout=60 %s",
                        pg_folder(), port, more);
}

/* On a busy machine a host that is well may be slow, and another be asked beside it. */
enum { TRIES = 100 };

/* Whether both connect without asking the silent host. */
static int pass_by(int silent, bk_pgsql_t *one, bk_pgsql_t *two)
{
    assert_int_equal(bk_pgsql_connect(two, TIMEOUT), APR_SUCCESS);
    assert_int_equal(bk_pgsql_connect(one, TIMEOUT), APR_SUCCESS);
    return count_connections(silent) == 0;
}

/* The next host is asked meanwhile, and from then on first: by all who share the target's memory.
 */
static void test_silent_first(void **state)
{
    static const char *const which[] = {"", "target_session_attrs=read-write",
                                        "target_session_attrs=prefer-standby"};
    int port, tries, fd = listen_silently(&port);
    size_t i;

    for (i = 0; i < UNIT_ROWS(which); i++) {
        bk_pgsql_target_t *target = target_of(params_of(port, which[i], *state), *state);
        bk_pgsql_t *one = bk_pgsql(target, *state), *two = bk_pgsql(target, *state);

        assert_int_equal(bk_pgsql_connect(one, TIMEOUT), APR_SUCCESS);
        assert_true(count_connections(fd) > 0);
        for (tries = 1; !pass_by(fd, one, two); tries++) {
            assert_true(tries < TRIES);
        }
        assert_int_equal(one->number, 1 + tries);
        assert_int_equal(two->host, one->host);
        assert_false(bk_pgsql_is_broken(one));
        assert_false(bk_pgsql_is_replaced(one));
    }
    close(fd);
}

static void test_all_silent(void **state)
{
    int port, fd = listen_silently(&port);
    bk_pgsql_target_t *target = target_of(
        apr_psprintf(*state, "host=127.0.0.1,127.0.0.1 port=%d connect_timeout=1", port), *state);
    bk_pgsql_t *pgsql = bk_pgsql(target, *state);
    apr_int64_t begin = bk_time_monotonic_ms();

    assert_int_equal(bk_pgsql_connect(pgsql, TIMEOUT), APR_ETIMEDOUT);
    assert_in_range(bk_time_monotonic_ms() - begin, 1000, 20000);
    assert_string_equal(pgsql->why, "no connection to 127.0.0.1 in time; "
                                    "no connection to 127.0.0.1 in time");
    assert_int_equal(count_connections(fd), 2);
    assert_true(bk_pgsql_is_broken(pgsql));
    close(fd);
}

/* Where one host alone is the right one, whoever has a connection to another one leaves it. */
static void test_left(void **state)
{
    int tries, port, fd = listen_silently(&port);
    const char *more = "target_session_attrs=primary";
    bk_pgsql_target_t *target = target_of(params_of(port, more, *state), *state);
    bk_pgsql_t *pgsql = bk_pgsql(target, *state);

    assert_int_equal(bk_pgsql_connect(pgsql, TIMEOUT), APR_SUCCESS);
    assert_int_equal(pgsql->host, 1);
    pgsql->host = 0; /* as if it had been made to the silent one before that hung */
    assert_true(bk_pgsql_is_replaced(pgsql));
    atomic_store(&target->shared->good, 0);
    assert_false(bk_pgsql_is_replaced(pgsql));
    for (tries = 0; !bk_pgsql_is_replaced(pgsql); tries++) {
        assert_true(tries < TRIES);
        apr_sleep(apr_time_from_msec(100)); /* it looks now and then only */
        bk_pgsql_look(pgsql);
    }
    close(fd);
}

/* ---- a name of several addresses ----------------------------------------------------------------
 */

static const char *const *addresses_of_db; /* ending in NULL */

typedef int resolve_t(const char *, const char *, const struct addrinfo *, struct addrinfo **);

/* The C library's, for libpq too: it knows one name more than the system's /etc/hosts has. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    resolve_t *resolve = (resolve_t *)dlsym(RTLD_NEXT, "getaddrinfo");
    struct addrinfo **end = found;
    int i, rv = EAI_NONAME;

    if (!addresses_of_db || !name || strcmp(name, "db.example") != 0) {
        return resolve(name, service, hints, found);
    }
    for (i = 0; addresses_of_db[i]; i++) {
        rv = resolve(addresses_of_db[i], service, hints, end);
        assert_int_equal(rv, 0);
        end = &(*end)->ai_next;
    }
    return rv;
}

static const char *params_of_db(int port, apr_pool_t *p)
{
    return apr_psprintf(p, "host=db.example port=%d user=bookable dbname=postgres", port);
}

/* A number that the kernel has for a TCP connection. */
static int tcp_option(PGconn *connection, int option)
{
    int number = -1;
    socklen_t len = sizeof(number);

    assert_int_equal(getsockopt(PQsocket(connection), IPPROTO_TCP, option, &number, &len), 0);
    return number;
}

/* Each address has its own deadline, and the one that was good is the first from then on. */
static void test_silent_address(void **state)
{
    static const char *const addresses[] = {"127.0.0.2", "127.0.0.3", NULL};
    int port, fd = listen_silently_at("127.0.0.2", &port);
    bk_pgsql_t *one = bk_pgsql(target_of(params_of_db(port, *state), *state), *state);

    addresses_of_db = addresses;
    pg_listen("127.0.0.3", port);
    assert_int_equal(bk_pgsql_connect(one, TIMEOUT), APR_SUCCESS);
    assert_int_equal(count_connections(fd), 1);
    assert_string_equal(PQhost(one->connection), "db.example");
    assert_string_equal(PQhostaddr(one->connection), "127.0.0.3");
    assert_int_equal(tcp_option(one->connection, TCP_KEEPIDLE), 10);
    assert_int_equal(tcp_option(one->connection, TCP_USER_TIMEOUT), 25000);
    assert_int_equal(bk_pgsql_connect(one, TIMEOUT), APR_SUCCESS);
    assert_int_equal(count_connections(fd), 0);

    /* Another connection, to cancel by, goes to where this one is. */
    atomic_store(&one->target->shared->address, 0);
    assert_int_equal(bk_pgsql_cancel(one, 0, TIMEOUT), 1);
    assert_int_equal(count_connections(fd), 0);
    bk_pgsql_shut(one);
    pg_restart("fast");
    addresses_of_db = NULL;
    close(fd);
}

static void test_silent_addresses(void **state)
{
    static const char *const addresses[] = {"127.0.0.2", "127.0.0.2", NULL};
    int port, fd = listen_silently_at("127.0.0.2", &port);
    bk_pgsql_t *pgsql = bk_pgsql(target_of(params_of_db(port, *state), *state), *state);

    addresses_of_db = addresses;
    assert_int_equal(bk_pgsql_connect(pgsql, 500), APR_ETIMEDOUT);
    assert_string_equal(pgsql->why, "no connection to db.example (127.0.0.2) in time; "
                                    "no connection to db.example (127.0.0.2) in time");
    assert_int_equal(count_connections(fd), 2);
    addresses_of_db = NULL;
    close(fd);
}

/* More than are tried, none of which answers; and a name that nobody knows. */
static void test_many_addresses_and_none(void **state)
{
    static const char *const addresses[] = {"127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2",
                                            "127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2",
                                            "127.0.0.2", NULL},
                             *const none[] = {NULL};
    int port, fd = listen_silently_at("127.0.0.2", &port);
    bk_pgsql_t *pgsql = bk_pgsql(target_of(params_of_db(port, *state), *state), *state);

    addresses_of_db = addresses;
    assert_int_equal(bk_pgsql_connect(pgsql, 100), APR_ETIMEDOUT);
    assert_int_equal(count_connections(fd), 8);
    addresses_of_db = none;
    assert_int_equal(bk_pgsql_connect(pgsql, TIMEOUT), APR_ECONNRESET);
    assert_non_null(strstr(pgsql->why, "could not translate host name \"db.example\""));
    addresses_of_db = NULL;
    close(fd);
}

static void test_refused(void **state)
{
    bk_pgsql_t *pgsql = bk_pgsql(
        target_of("host=127.0.0.1 port=1 password=geheim user=u connect_timeout=2", *state),
        *state);

    assert_int_equal(bk_pgsql_connect(pgsql, TIMEOUT), APR_ECONNRESET);
    assert_non_null(strstr(pgsql->why, "refused"));
    assert_null(strstr(pgsql->why, "geheim"));
}

/* ---- the environment ----------------------------------------------------------------------------
 */

static void test_environment(void **state)
{
    static const char *const kept[] = {"PGPASSFILE", NULL};
    const char *user;

    setenv("HOME", "/somewhere/else", 1);
    setenv("PGSSLMODE", "disable", 1);
    setenv("PGPASSFILE", "/a/file", 1);
    setenv("PGPASSFILES", "none of libpq's", 1);
    setenv("NOPGHOST", "x", 1);
    assert_int_equal(bk_pgsql_environment(NULL), 0);
    assert_string_equal(getenv("PGSSLMODE"), "disable");
    user = getenv("HOME");
    assert_true(!user || strcmp(user, "/somewhere/else") != 0);
    assert_true(bk_pgsql_environment(kept) >= 2);
    assert_null(getenv("PGSSLMODE"));
    assert_null(getenv("PGPASSFILES"));
    assert_string_equal(getenv("PGPASSFILE"), "/a/file");
    assert_string_equal(getenv("NOPGHOST"), "x");
    assert_int_equal(bk_pgsql_environment(kept), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target),
        cmocka_unit_test(test_target_keepalive),
        cmocka_unit_test(test_target_rounds),
        cmocka_unit_test(test_target_wrong),
        cmocka_unit_test(test_silent_first),
        cmocka_unit_test(test_all_silent),
        cmocka_unit_test(test_left),
        cmocka_unit_test(test_silent_address),
        cmocka_unit_test(test_silent_addresses),
        cmocka_unit_test(test_many_addresses_and_none),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_environment),
    };

    return cmocka_run_group_tests(tests, pg_open, pg_close);
}
