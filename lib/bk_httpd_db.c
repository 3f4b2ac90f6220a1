#include "bk_httpd_db.h"

#include <apr_optional.h>
#include <apr_dbd.h>
#include <mod_dbd.h>

#include "bk_httpd_shm.h"

/* Where all services of this httpd queue to write: they may share a database. */
typedef struct shared_t {
    int is_ready;
    bk_lock_t writers;
} shared_t;

static shared_t *shared;

apr_status_t bk_httpd_db_post_config(const bk_store_t *store, server_rec *s)
{
    void *base;
    apr_status_t rv = bk_httpd_shm(&base, "bookable-db", sizeof(shared_t), s);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    shared = base;
    if (!shared->is_ready) {
        rv = bk_lock_init(&shared->writers);
        shared->is_ready = rv == APR_SUCCESS;
    }
    return rv;
}

/* Make a connection ready for the store, or tell the log why it is not. */
static apr_status_t attach(bk_db_t **db, const bk_store_t *store, ap_dbd_t *connection,
                           server_rec *s, const bk_httpd_conf_t *conf)
{
    bk_db_options_t options = bk_httpd_conf_db_options(conf);
    apr_pool_t *pool;
    apr_status_t rv;

    options.writers = &shared->writers;
    /* Below the connection's pool, and so gone before the connection is closed. */
    apr_pool_create(&pool, connection->pool);
    apr_pool_tag(pool, "bk_db");
    rv = bk_db_attach(db, connection->driver, connection->handle, store->schema, &options, pool);
    if (rv != APR_SUCCESS) {
        ap_log_error(BK_HTTPD_MARK, APLOG_ERR, 0, s, "BK0111: %s: the database is not ready: %s",
                     store->schema->component,
                     rv == APR_ENOTIMPL ? "DBDriver is none that this store has SQL for"
                                        : bk_db_error(*db));
        apr_pool_destroy(pool);
        return rv;
    }
    /* The schema's own bytes are the key: they are constant, and no administrator's label of a
     * prepared statement, which share the table, can be the same. */
    apr_hash_set(connection->prepared, store->schema, sizeof(*store->schema), *db);
    return APR_SUCCESS;
}

static apr_status_t ready(void **handle, const bk_store_t *store, ap_dbd_t *connection,
                          server_rec *s, const bk_httpd_conf_t *conf)
{
    bk_db_t *db;
    apr_status_t rv = APR_SUCCESS;

    if (!connection) {
        return APR_EGENERAL; /* mod_dbd has logged why */
    }
    db = apr_hash_get(connection->prepared, store->schema, sizeof(*store->schema));
    if (!db) {
        rv = attach(&db, store, connection, s, conf);
    }
    *handle = db;
    return rv;
}

void bk_httpd_db_release(const bk_store_t *store, server_rec *s, void *lease)
{
    APR_OPTIONAL_FN_TYPE(ap_dbd_close) *close_db = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);

    close_db(s, lease);
}

/* Not ap_dbd_acquire(), which keeps the connection until the request's pool ends: under the event
 * MPM that is when the client has read the answer, and a few who do not would hold all there are.
 */
static apr_status_t open_connection(void **handle, ap_dbd_t **connection, const bk_store_t *store,
                                    apr_pool_t *p, server_rec *s, const bk_httpd_conf_t *conf)
{
    APR_OPTIONAL_FN_TYPE(ap_dbd_open) *open_db = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    apr_status_t rv;

    *connection = open_db(p, s);
    rv = ready(handle, store, *connection, s, conf);
    if (rv != APR_SUCCESS && *connection) {
        bk_httpd_db_release(store, s, *connection);
    }
    return rv;
}

apr_status_t bk_httpd_db_acquire(const bk_store_t *store, request_rec *r,
                                 const bk_httpd_conf_t *conf, void **handle, void **lease)
{
    ap_dbd_t *connection;
    apr_status_t rv = open_connection(handle, &connection, store, r->pool, r->server, conf);

    *lease = connection;
    return rv;
}

void bk_httpd_db_child_init(const bk_store_t *store, apr_pool_t *p, server_rec *s,
                            const bk_httpd_conf_t *conf)
{
    ap_dbd_t *connection;
    void *handle;

    if (open_connection(&handle, &connection, store, p, s, conf) == APR_SUCCESS) {
        bk_httpd_db_release(store, s, connection);
    }
}

const char *bk_httpd_db_check(const bk_store_t *store, server_rec *s)
{
    return APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open)
               ? NULL
               : "the dbd store needs mod_dbd: load it, and set DBDriver and DBDParams";
}

apr_status_t bk_httpd_db_ping(void *handle)
{
    return bk_db_ping(handle);
}

const char *bk_httpd_db_error(void *handle)
{
    return bk_db_error(handle);
}
