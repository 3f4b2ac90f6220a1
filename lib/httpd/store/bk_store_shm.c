#include "bk_store_shm.h"

#include <apr_strings.h>

#include "bk_conf.h"
#include "bk_memory.h"
#include "bk_service.h"
#include "bk_shared.h"
#include "bk_store.h"

/* The service's store, in the configuration's pool; the memory that it refers to survives restarts.
 * NULL: the memory has the layout of another version, and cannot be used. */
static void *attached;
static int is_decided;

static apr_status_t detach(void *unused)
{
    attached = NULL;
    is_decided = 0;
    return APR_SUCCESS;
}

static apr_status_t get_memory(bk_memory_t *memory, const bk_memory_schema_t *schema, server_rec *s)
{
    const char *component = schema->component;
    apr_size_t wanted = (apr_size_t)bk_conf(s)->store_size, size = wanted;
    const char *name = apr_pstrcat(s->process->pconf, "bookable-", component, "-shm", NULL);
    void *base;
    apr_status_t rv = bk_shared_kept(&base, &size, name, schema->fingerprint(), s);

    if (rv == APR_SUCCESS) {
        memory->base = base;
        memory->size = size;
        if (size != wanted) {
            ap_log_error(BK_MARK, APLOG_WARNING, 0, s,
                         "BK0114: the %s store keeps its %" APR_SIZE_T_FMT " bytes, and what it "
                         "holds: the %" APR_SIZE_T_FMT " of the configuration take effect when "
                         "httpd is stopped and started",
                         component, size, wanted);
        }
    }
    return rv;
}

static apr_status_t attach(const bk_memory_schema_t *schema, bk_memory_t memory, server_rec *s)
{
    apr_interval_time_t wait = bk_conf(s)->busy_timeout;
    apr_status_t rv = schema->attach(&attached, memory, wait, s->process->pconf);

    if (rv != APR_SUCCESS) {
        attached = NULL;
        ap_log_error(BK_MARK, APLOG_EMERG, rv, s,
                     "BK0115: the memory of the %s store cannot be used", schema->component);
    }
    return rv;
}

/* Memory with another version's layout cannot be read, and it is not emptied, because its data is
 * acknowledged: the service answers 503, and the rest of httpd works on. */
static apr_status_t refuse_service(const bk_memory_schema_t *schema, server_rec *s)
{
    ap_log_error(BK_MARK, APLOG_CRIT, 0, s,
                 "BK0110: the memory of the %s store is laid out by another version of the module: "
                 "the service answers 503 until httpd is stopped and started, which empties the "
                 "store, or that version is back",
                 schema->component);
    return APR_SUCCESS;
}

apr_status_t bk_store_shm_post_config(const bk_store_t *store, server_rec *s)
{
    const bk_memory_schema_t *schema = store->memory;
    bk_memory_t memory;
    apr_status_t rv;

    if (is_decided) {
        return APR_SUCCESS; /* done for another virtual host */
    }
    rv = get_memory(&memory, schema, s);
    if (rv != APR_SUCCESS && rv != APR_EMISMATCH) {
        return rv;
    }
    is_decided = 1;
    apr_pool_cleanup_register(s->process->pconf, NULL, detach, apr_pool_cleanup_null);
    return rv == APR_SUCCESS ? attach(schema, memory, s) : refuse_service(schema, s);
}

apr_status_t bk_store_shm_acquire(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                                  void **handle, void **lease)
{
    *handle = *lease = attached;
    return attached ? APR_SUCCESS : APR_EMISMATCH;
}

void bk_store_shm_release(const bk_store_t *store, server_rec *s, void *lease)
{
}

void bk_store_shm_child_init(const bk_store_t *store, apr_pool_t *p, server_rec *s,
                             const bk_conf_t *conf)
{
}

const char *bk_store_shm_check(const bk_store_t *store, server_rec *s)
{
    return NULL;
}

apr_status_t bk_store_shm_ping(void *handle)
{
    return APR_SUCCESS;
}

const char *bk_store_shm_error(void *handle)
{
    return "in shared memory: it is full, or other writers did not make way in time";
}
