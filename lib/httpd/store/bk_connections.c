#include "bk_connections.h"

#include <string.h>

#include <apr_optional.h>

#include "bk_db.h"

/* ---- connections of mod_dbd ---------------------------------------------------------------------
 */

#define ERA "bookable era" /* key: the era in which a connection was opened */

static int is_of_era(const bk_connections_t *connections, const ap_dbd_t *dbd)
{
    const int *era = apr_hash_get(dbd->prepared, ERA, APR_HASH_KEY_STRING);

    return !era || *era == atomic_load(&connections->era);
}

static void note_era(const bk_connections_t *connections, const ap_dbd_t *dbd)
{
    int *era = apr_palloc(dbd->pool, sizeof(*era));

    *era = atomic_load(&connections->era);
    apr_hash_set(dbd->prepared, ERA, APR_HASH_KEY_STRING, era);
}

void bk_connections_spoiled(bk_connections_t *connections)
{
    atomic_fetch_add(&connections->era, 1);
}

/* Return a connection to mod_dbd; discard it before if it is of an earlier era. mod_dbd closes a
 * discarded connection when it is the next to be taken. A driver without discard keeps it in use.
 */
static void close_dbd(bk_connections_t *connections, ap_dbd_t *dbd, server_rec *server)
{
    APR_OPTIONAL_FN_TYPE(ap_dbd_close) *close_db = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);

    if (!is_of_era(connections, dbd)) {
        if (bk_db_discard(dbd->driver, dbd->handle)) {
            atomic_fetch_add(&connections->discarded, 1);
        }
        else {
            note_era(connections, dbd);
        }
    }
    close_db(server, dbd);
}

/* Count down the discarded connections.
 * @return 1: there was one; so mod_dbd may have returned no connection because it closed a
 *         discarded one */
static int take_discarded(bk_connections_t *connections)
{
    int count = atomic_load(&connections->discarded);

    while (count > 0 && !atomic_compare_exchange_weak(&connections->discarded, &count, count - 1)) {
    }
    return count > 0;
}

/* Open a connection of mod_dbd that is of the current era. ap_dbd_acquire() is not used because it
 * keeps the connection until the request's pool ends: under the event MPM that is when the client
 * has read the answer, so a few slow clients would hold all connections. mod_dbd's pool is last in,
 * first out: after a new era has begun, the connections of the old one come up one after the other.
 */
static ap_dbd_t *next_dbd(bk_connections_t *connections, server_rec *server, apr_pool_t *p)
{
    APR_OPTIONAL_FN_TYPE(ap_dbd_open) *open_db = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    ap_dbd_t *dbd;

    do {
        dbd = open_db(p, server);
        if (dbd && !is_of_era(connections, dbd)) {
            close_dbd(connections, dbd, server);
            dbd = NULL;
        }
    } while (!dbd && take_discarded(connections));
    return dbd;
}

static apr_status_t open_dbd(bk_connections_t *connections, bk_connection_t **connection,
                             server_rec *server, bk_queue_t *queue, apr_interval_time_t wait,
                             apr_pool_t *p)
{
    apr_status_t rv = bk_queue_begin_open(queue, wait);
    ap_dbd_t *dbd;

    if (rv != APR_SUCCESS) {
        return rv;
    }
    dbd = next_dbd(connections, server, p);
    bk_queue_end_open(queue);
    if (!dbd) {
        return APR_ECONNRESET;
    }
    if (!apr_hash_get(dbd->prepared, ERA, APR_HASH_KEY_STRING)) {
        note_era(connections, dbd);
    }
    *connection = apr_pcalloc(p, sizeof(**connection));
    (*connection)->dbd = dbd;
    (*connection)->driver = apr_dbd_name(dbd->driver);
    (*connection)->native = apr_dbd_native_handle(dbd->driver, dbd->handle);
    (*connection)->pool = dbd->pool;
    (*connection)->prepared = dbd->prepared;
    return APR_SUCCESS;
}

/* ---- connections to PostgreSQL ------------------------------------------------------------------
 */

/* Create a connection with an unmanaged pool, not a subpool of the child's, because several threads
 * may do so at once. */
static apr_status_t make(bk_connection_t **connection, const bk_pgsql_target_t *target)
{
    apr_pool_t *pool;
    apr_status_t rv = apr_pool_create_unmanaged_ex(&pool, NULL, NULL);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    apr_pool_tag(pool, "bk_connection");
    *connection = apr_pcalloc(pool, sizeof(**connection));
    (*connection)->driver = "pgsql";
    (*connection)->native = bk_pgsql(target, pool);
    (*connection)->pool = pool;
    (*connection)->prepared = apr_hash_make(pool);
    return APR_SUCCESS;
}

static void close_all(bk_connection_t *connection)
{
    bk_connection_t *next;

    for (; connection; connection = next) {
        next = connection->next;
        apr_pool_destroy(connection->pool);
    }
}

static bk_connection_t *take_idle(bk_connections_t *connections)
{
    bk_connection_t *connection;

    pthread_mutex_lock(&connections->mutex);
    connection = connections->idle;
    if (connection) {
        connections->idle = connection->next;
        connections->count--;
        connection->next = NULL;
    }
    pthread_mutex_unlock(&connections->mutex);
    return connection;
}

/* Remove the idle connections that are too many (DBDKeep) or have been idle for too long
 * (DBDExptime). They are at the end of the list, which begins with the most recently used one. */
static bk_connection_t *cut(bk_connections_t *connections, apr_time_t now)
{
    bk_connection_t **at = &connections->idle;
    bk_connection_t *rest;
    int kept = 0;

    while (*at && kept < connections->keep && now - (*at)->since <= connections->expiry) {
        at = &(*at)->next;
        kept++;
    }
    rest = *at;
    *at = NULL;
    connections->count = kept;
    return rest;
}

static void keep(bk_connections_t *connections, bk_connection_t *connection)
{
    bk_connection_t *rest;

    connection->since = apr_time_now();
    pthread_mutex_lock(&connections->mutex);
    connection->next = connections->idle;
    connections->idle = connection;
    connections->count++;
    rest = cut(connections, connection->since);
    pthread_mutex_unlock(&connections->mutex);
    close_all(rest);
}

static apr_status_t close_idle(void *data)
{
    bk_connections_t *connections = data;

    close_all(connections->idle);
    connections->idle = NULL;
    connections->count = 0;
    return APR_SUCCESS;
}

/* ---- both ---------------------------------------------------------------------------------------
 */

apr_status_t bk_connections_init(bk_connections_t *connections, const bk_pgsql_target_t *target,
                                 const bk_conf_dbd_t *conf, apr_pool_t *child)
{
    memset(connections, 0, sizeof(*connections));
    connections->target = target;
    connections->keep = conf->keep;
    connections->expiry = conf->expiry;
    apr_pool_cleanup_register(child, connections, close_idle, apr_pool_cleanup_null);
    return pthread_mutex_init(&connections->mutex, NULL);
}

apr_status_t bk_connections_take(bk_connections_t *connections, bk_connection_t **connection,
                                 server_rec *server, bk_queue_t *queue, apr_interval_time_t wait,
                                 apr_pool_t *p)
{
    if (!connections->target) {
        return open_dbd(connections, connection, server, queue, wait, p);
    }
    *connection = take_idle(connections);
    return *connection ? APR_SUCCESS : make(connection, connections->target);
}

void bk_connections_return(bk_connections_t *connections, bk_connection_t *connection,
                           server_rec *server)
{
    if (connection->dbd) {
        close_dbd(connections, connection->dbd, server);
    }
    else if (!bk_pgsql_is_connected(connection->native)) {
        /* A lost connection is not kept: as the first of the list it would make the next request
         * reconnect although others are connected, and that fails if those use up the server's
         * connections. */
        apr_pool_destroy(connection->pool);
    }
    else {
        keep(connections, connection);
    }
}
