#include "bk_pgsql.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <apr_strings.h>

#include "bk_pgsql_address.h"
#include "bk_time.h"

#define LOOK_EVERY 500         /* milliseconds */
#define PREFERENCE_AFTER 10000 /* milliseconds */
#define LOOK_TIMEOUT 500       /* for a host; milliseconds */

#define ATTEMPTS (BK_PGSQL_HOSTS * BK_PGSQL_ADDRESSES)

/* An attempt to connect to one address of a host. */
typedef struct attempt_t {
    PGconn *connection; /* NULL: not begun, or given up */
    int host;
    PostgresPollingStatusType wanted;
    apr_int64_t deadline;
} attempt_t;

/* Attempts at several hosts: the first one that connects is used. */
typedef struct race_t {
    const bk_pgsql_target_t *target;
    attempt_t attempts[ATTEMPTS];
    bk_pgsql_addresses_t addresses; /* of the host that was looked up last */
    const char *only;               /* the only address to use; NULL or "": all */
    int first;                      /* the host to begin with */
    int count;                      /* number of hosts, from first on */
    int looked_up;                  /* how many hosts have been looked up */
    int begun;                      /* number of attempts begun */
    int timed_out;                  /* number of attempts that timed out */
    apr_int64_t timeout;            /* for a host, milliseconds */
    apr_int64_t next;               /* when to begin the next attempt */
    int finds_primary;              /* refuse former primaries */
    char *why;                      /* the messages of failed attempts */
    apr_size_t why_room;
} race_t;

/* ---- waiting ------------------------------------------------------------------------------------
 */

int bk_pgsql_wait(PGconn *connection, short events, apr_int64_t deadline)
{
    struct pollfd socket = {PQsocket(connection), events, 0};
    apr_int64_t left;

    while ((left = deadline - bk_time_monotonic_ms()) > 0) {
        if (poll(&socket, 1, (int)left) > 0) {
            return 1;
        }
    }
    return 0;
}

/* Run a statement synchronously. @return its result; NULL: there was no answer in time */
static PGresult *ask(PGconn *connection, const char *sql, apr_int64_t deadline)
{
    PGresult *first = NULL, *result;

    if (!PQsendQuery(connection, sql)) {
        return NULL;
    }
    do {
        while (PQisBusy(connection)) {
            if (!bk_pgsql_wait(connection, POLLIN, deadline) || !PQconsumeInput(connection)) {
                PQclear(first);
                return NULL;
            }
        }
        result = PQgetResult(connection);
        if (first) {
            PQclear(result);
        }
        else {
            first = result;
        }
    } while (result);
    return first;
}

/* ---- former primaries ---------------------------------------------------------------------------
 * A primary that hung, and was replaced by a promoted standby, may accept writes when it goes on.
 * Each promotion begins a timeline with a higher number (PostgreSQL's manual, 26.3.5), so a former
 * primary is recognized by its lower timeline.
 */

static const char life_sql[] = "SELECT system_identifier, pg_walfile_name(pg_current_wal_lsn()) "
                               "FROM pg_control_system()";

/* The cluster and timeline of a primary.
 * @return as in bk_pgsql_shared_t; 0: unknown, because the user may not call these functions, or
 *         the server is not a primary */
static apr_uint64_t life_of(PGconn *connection, apr_int64_t deadline)
{
    PGresult *result = ask(connection, life_sql, deadline);
    apr_uint64_t cluster, life = 0;
    char timeline[9];

    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1) {
        cluster = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
        apr_cpystrn(timeline, PQgetvalue(result, 0, 1), sizeof(timeline));
        life = ((cluster ^ cluster >> 32) << 32) | strtoul(timeline, NULL, 16);
    }
    PQclear(result);
    return life;
}

/* Whether another primary with a higher timeline is known; if not, this one is noted. */
static int is_former_primary(bk_pgsql_shared_t *shared, apr_uint64_t life)
{
    apr_uint64_t known = atomic_load(&shared->life);

    while (life && life != known) {
        if (life >> 32 == known >> 32 && life < known) {
            return 1;
        }
        if (atomic_compare_exchange_weak(&shared->life, &known, life)) {
            return 0;
        }
    }
    return 0;
}

/* ---- the race -----------------------------------------------------------------------------------
 */

static int host_of(const race_t *race, int number)
{
    return (race->first + number) % race->target->hosts;
}

static void say(race_t *race, const char *what)
{
    apr_size_t len = strlen(race->why);

    apr_snprintf(race->why + len, race->why_room - len, "%s%s", len ? "; " : "", what);
    for (len = strlen(race->why); len > 0 && race->why[len - 1] == '\n'; len--) {
        race->why[len - 1] = '\0';
    }
}

/* Give up an attempt, so that the next one can begin at once. */
static void drop(race_t *race, attempt_t *attempt, const char *what, apr_int64_t now)
{
    say(race, what);
    PQfinish(attempt->connection);
    attempt->connection = NULL;
    race->next = now;
}

/* Ignore notices, which libpq would write to the process's standard error. */
static void ignore_notice(void *data, const PGresult *notice)
{
}

/* Whether there are addresses that have not been tried. */
static int has_next(const race_t *race)
{
    return race->addresses.next < race->addresses.count || race->looked_up < race->count;
}

static const char *next_address(race_t *race)
{
    bk_pgsql_addresses_t *addresses = &race->addresses;

    if (addresses->next == addresses->count) {
        bk_pgsql_address_all(addresses, race->target, host_of(race, race->looked_up++),
                             atomic_load(&race->target->shared->address));
    }
    if (race->only && *race->only) {
        addresses->next = addresses->count;
        return race->only;
    }
    return addresses->texts[addresses->next++];
}

static void begin_next(race_t *race)
{
    attempt_t *attempt = &race->attempts[race->begun++];
    const char *address = next_address(race);
    apr_int64_t now = bk_time_monotonic_ms(); /* a look-up may have taken a while */

    attempt->host = host_of(race, race->looked_up - 1);
    attempt->connection = bk_pgsql_address_connect(race->target, attempt->host, address);
    (void)PQsetNoticeReceiver(attempt->connection, ignore_notice, NULL);
    attempt->wanted = PGRES_POLLING_WRITING;
    attempt->deadline = now + race->timeout;
    race->next = now + BK_PGSQL_STAGGER;
    if (PQstatus(attempt->connection) == CONNECTION_BAD) {
        drop(race, attempt, PQerrorMessage(attempt->connection), now);
    }
}

static short events_of(const attempt_t *attempt)
{
    return attempt->wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT;
}

/* Wait for an event of any attempt, or for the next deadline.
 * @return the sockets' events, in the attempts' order */
static void sleep_on(race_t *race, struct pollfd *sockets, apr_int64_t now)
{
    apr_int64_t until = has_next(race) ? race->next : now + race->timeout;
    int i;

    for (i = 0; i < race->begun; i++) {
        const attempt_t *attempt = &race->attempts[i];

        sockets[i].fd = attempt->connection ? PQsocket(attempt->connection) : -1;
        sockets[i].events = events_of(attempt);
        sockets[i].revents = 0;
        if (attempt->connection && attempt->deadline < until) {
            until = attempt->deadline;
        }
    }
    (void)poll(sockets, (nfds_t)race->begun, until > now ? (int)(until - now) : 0);
}

/* The name of a host, for messages. */
static const char *name_of(const bk_pgsql_target_t *target, int host)
{
    const char *name = bk_pgsql_target_value(target, host, "host");

    if (!name) {
        name = bk_pgsql_target_value(target, host, "hostaddr");
    }
    return name && *name ? name : "the server";
}

/* The address in parentheses, for messages; "" if it is the name itself. */
static const char *in_brackets(const char *address, const char *name, char room[80])
{
    *room = '\0';
    if (address && *address && strcmp(address, name) != 0) {
        apr_snprintf(room, 80, " (%s)", address);
    }
    return room;
}

static void time_out(race_t *race, int number, apr_int64_t now)
{
    const char *name = name_of(race->target, race->attempts[number].host);
    const char *address = PQhostaddr(race->attempts[number].connection);
    char what[300], room[80];

    apr_snprintf(what, sizeof(what), "no connection to %s%s in time", name,
                 in_brackets(address, name, room));
    race->timed_out++;
    drop(race, &race->attempts[number], what, now);
}

static int is_wanted(const race_t *race, const attempt_t *attempt)
{
    return !race->finds_primary ||
           !is_former_primary(race->target->shared,
                              life_of(attempt->connection, attempt->deadline));
}

static void drop_former_primary(race_t *race, int number, apr_int64_t now)
{
    char what[300];

    apr_snprintf(what, sizeof(what), "%s is of an older timeline: it was the primary once",
                 name_of(race->target, race->attempts[number].host));
    drop(race, &race->attempts[number], what, now);
}

/* @return whether the connection is made */
static int go_on(race_t *race, int number, short events, apr_int64_t now)
{
    attempt_t *attempt = &race->attempts[number];

    if (!attempt->connection) {
        return 0;
    }
    if (events) {
        attempt->wanted = PQconnectPoll(attempt->connection);
    }
    if (attempt->wanted == PGRES_POLLING_OK) {
        if (is_wanted(race, attempt)) {
            return 1;
        }
        drop_former_primary(race, number, now);
    }
    else if (attempt->wanted == PGRES_POLLING_FAILED) {
        drop(race, attempt, PQerrorMessage(attempt->connection), now);
    }
    else if (now >= attempt->deadline) {
        time_out(race, number, now);
    }
    return 0;
}

static int has_attempts(const race_t *race)
{
    int i;

    for (i = 0; i < race->begun; i++) {
        if (race->attempts[i].connection) {
            return 1;
        }
    }
    return 0;
}

/* @return the number of the first attempt that connected, or -1 */
static int find_first(race_t *race)
{
    struct pollfd sockets[ATTEMPTS];
    apr_int64_t now = bk_time_monotonic_ms();
    int i;

    race->next = now;
    while (has_next(race) || has_attempts(race)) {
        if (has_next(race) && now >= race->next) {
            begin_next(race);
            now = bk_time_monotonic_ms();
        }
        sleep_on(race, sockets, now);
        now = bk_time_monotonic_ms();
        for (i = 0; i < race->begun; i++) {
            if (go_on(race, i, sockets[i].revents, now)) {
                return i;
            }
        }
    }
    return -1;
}

/* Connect to one of @a count hosts from @a first on.
 * @return the connection, with *host set; or NULL */
static PGconn *run_race(race_t *race, int *host)
{
    int won, i;

    *race->why = '\0';
    won = find_first(race);
    for (i = 0; i < race->begun; i++) {
        if (i != won) {
            PQfinish(race->attempts[i].connection);
        }
    }
    if (won < 0) {
        return NULL;
    }
    *host = race->attempts[won].host;
    return race->attempts[won].connection;
}

/* ---- the connection -----------------------------------------------------------------------------
 */

static apr_status_t close_connection(void *data)
{
    bk_pgsql_t *pgsql = data;

    /* PQfinish() sends a message, and would wait until it is sent: so the socket is shut down
     * before. */
    bk_pgsql_shut(pgsql);
    PQfinish(pgsql->connection);
    pgsql->connection = NULL;
    return APR_SUCCESS;
}

bk_pgsql_t *bk_pgsql(const bk_pgsql_target_t *target, apr_pool_t *p)
{
    bk_pgsql_t *pgsql = apr_pcalloc(p, sizeof(*pgsql));

    pgsql->target = target;
    apr_pool_cleanup_register(p, pgsql, close_connection, apr_pool_cleanup_null);
    return pgsql;
}

/* The last good host; the index may be out of range, because an earlier configuration may have had
 * more hosts. */
static int good_of(const bk_pgsql_target_t *target)
{
    apr_int64_t good = atomic_load_explicit(&target->shared->good, memory_order_relaxed);

    return good < target->hosts ? (int)good : 0;
}

/* The host to begin with. If any host will do, their order is the administrator's preference: after
 * a failure of a preferred host another one is used for a while, and then the preferred one is
 * tried again. */
static int first_of(const bk_pgsql_target_t *target)
{
    apr_int64_t since = atomic_load_explicit(&target->shared->since, memory_order_relaxed);

    return target->is_exclusive || bk_time_monotonic_ms() - since < PREFERENCE_AFTER
               ? good_of(target)
               : 0;
}

/* Note the good host. It is written only if it changes, because all processes read it at each
 * statement. */
static void remember(const bk_pgsql_target_t *target, int host, PGconn *connection)
{
    bk_pgsql_shared_t *shared = target->shared;
    apr_uint32_t address = bk_pgsql_address_sum(PQhostaddr(connection));

    if (atomic_load_explicit(&shared->address, memory_order_relaxed) != address) {
        atomic_store_explicit(&shared->address, address, memory_order_relaxed);
    }
    if (atomic_load_explicit(&shared->good, memory_order_relaxed) != host ||
        first_of(target) != host) {
        atomic_store_explicit(&shared->since, bk_time_monotonic_ms(), memory_order_relaxed);
        atomic_store_explicit(&shared->good, host, memory_order_relaxed);
    }
}

static int has_rivals(const bk_pgsql_target_t *target)
{
    return target->is_exclusive && target->hosts > 1;
}

apr_status_t bk_pgsql_connect(bk_pgsql_t *pgsql, apr_int64_t timeout)
{
    const bk_pgsql_target_t *target = pgsql->target;
    race_t race = {.target = target,
                   .first = first_of(target),
                   .count = target->hosts,
                   .timeout = target->timeout ? target->timeout : timeout,
                   .finds_primary = has_rivals(target),
                   .why = pgsql->why,
                   .why_room = sizeof(pgsql->why)};

    (void)close_connection(pgsql);
    pgsql->connection = run_race(&race, &pgsql->host);
    if (!pgsql->connection) {
        return race.timed_out ? APR_ETIMEDOUT : APR_ECONNRESET;
    }
    pgsql->number++;
    pgsql->is_new = 1;
    remember(target, pgsql->host, pgsql->connection);
    return APR_SUCCESS;
}

void bk_pgsql_shut(bk_pgsql_t *pgsql)
{
    PGconn *connection = pgsql->connection;

    if (PQsocket(connection) >= 0) {
        (void)shutdown(PQsocket(connection), SHUT_RDWR);
    }
    while (PQstatus(connection) == CONNECTION_OK && PQconsumeInput(connection)) {
        PQclear(PQgetResult(connection));
    }
}

int bk_pgsql_is_connected(const bk_pgsql_t *pgsql)
{
    return PQstatus(pgsql->connection) == CONNECTION_OK;
}

int bk_pgsql_is_broken(bk_pgsql_t *pgsql)
{
    PGconn *connection = pgsql->connection;
    struct pollfd socket = {PQsocket(connection), POLLIN, 0};

    while (PQstatus(connection) == CONNECTION_OK && poll(&socket, 1, 0) > 0 &&
           PQconsumeInput(connection)) {
    }
    return PQstatus(connection) != CONNECTION_OK;
}

int bk_pgsql_is_replaced(const bk_pgsql_t *pgsql)
{
    return pgsql->target->is_exclusive && good_of(pgsql->target) != pgsql->host;
}

/* ---- additional connections ---------------------------------------------------------------------
 */

void bk_pgsql_look(bk_pgsql_t *pgsql)
{
    const bk_pgsql_target_t *target = pgsql->target;
    apr_int64_t now = bk_time_monotonic_ms();
    apr_int64_t looked = atomic_load(&target->shared->looked);
    char why[sizeof(pgsql->why)];
    race_t race = {.target = target,
                   .first = pgsql->host + 1,
                   .count = target->hosts - 1,
                   .timeout = LOOK_TIMEOUT,
                   .finds_primary = has_rivals(target),
                   .why = why,
                   .why_room = sizeof(why)};
    PGconn *other;
    int host;

    if (now - looked < LOOK_EVERY ||
        !atomic_compare_exchange_strong(&target->shared->looked, &looked, now)) {
        return;
    }
    other = run_race(&race, &host);
    if (other) {
        remember(target, host, other);
        PQfinish(other);
    }
}

int bk_pgsql_cancel(const bk_pgsql_t *pgsql, int process, apr_int64_t timeout)
{
    apr_int64_t deadline = bk_time_monotonic_ms() + timeout;
    char why[sizeof(pgsql->why)], sql[64];
    race_t race = {.target = pgsql->target,
                   .only = PQhostaddr(pgsql->connection),
                   .first = pgsql->host,
                   .count = 1,
                   .timeout = timeout,
                   .why = why,
                   .why_room = sizeof(why)};
    PGresult *result;
    int host, is_done = 0;
    PGconn *other = run_race(&race, &host);

    if (other) {
        apr_snprintf(sql, sizeof(sql), "SELECT pg_cancel_backend(%d)", process);
        result = ask(other, sql, deadline);
        is_done = PQresultStatus(result) == PGRES_TUPLES_OK;
        PQclear(result);
        (void)shutdown(PQsocket(other), SHUT_RDWR);
        PQfinish(other);
    }
    return is_done;
}
