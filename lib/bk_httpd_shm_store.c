#include "bk_httpd_shm_store.h"

#include <apr_strings.h>

#include "bk_httpd_shm.h"

/* The service's, in the configuration's pool; the memory behind it is older. */
static void *attached;

static apr_status_t detach(void *unused)
{
    attached = NULL;
    return APR_SUCCESS;
}

static apr_status_t get_memory(bk_memory_t *memory, const char *component, server_rec *s)
{
    apr_size_t wanted = bk_httpd_conf_store_size(bk_httpd_conf(s)), size = wanted;
    const char *name = apr_pstrcat(s->process->pconf, "bookable-", component, "-shm", NULL);
    void *base;
    apr_status_t rv = bk_httpd_shm_kept(&base, &size, name, s);

    if (rv == APR_SUCCESS) {
        memory->base = base;
        memory->size = size;
        if (size != wanted) {
            ap_log_error(BK_HTTPD_MARK, APLOG_WARNING, 0, s,
                         "BK0114: the %s store keeps its %" APR_SIZE_T_FMT " bytes, and what it "
                         "holds: the %" APR_SIZE_T_FMT " of the configuration take effect when "
                         "httpd is stopped and started",
                         component, size, wanted);
        }
    }
    return rv;
}

apr_status_t bk_httpd_shm_store_post_config(const bk_store_t *store, server_rec *s)
{
    const bk_memory_schema_t *schema = store->memory;
    bk_memory_t memory;
    apr_status_t rv;

    if (attached) {
        return APR_SUCCESS; /* for another virtual host */
    }
    rv = get_memory(&memory, schema->component, s);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = schema->attach(&attached, memory, bk_httpd_conf_db_options(bk_httpd_conf(s)).busy_timeout,
                        s->process->pconf);
    if (rv != APR_SUCCESS) {
        attached = NULL;
        ap_log_error(BK_HTTPD_MARK, APLOG_EMERG, rv, s,
                     "BK0115: the memory of the %s store cannot be used%s", schema->component,
                     rv == APR_EMISMATCH ? ": it is another version's; stop and start httpd" : "");
        return rv;
    }
    apr_pool_cleanup_register(s->process->pconf, NULL, detach, apr_pool_cleanup_null);
    return APR_SUCCESS;
}

apr_status_t bk_httpd_shm_store_acquire(const bk_store_t *store, request_rec *r,
                                        const bk_httpd_conf_t *conf, void **handle, void **lease)
{
    *handle = *lease = attached;
    return APR_SUCCESS;
}

void bk_httpd_shm_store_release(const bk_store_t *store, server_rec *s, void *lease)
{
}

void bk_httpd_shm_store_child_init(const bk_store_t *store, apr_pool_t *p, server_rec *s,
                                   const bk_httpd_conf_t *conf)
{
}

const char *bk_httpd_shm_store_check(const bk_store_t *store, server_rec *s)
{
    return NULL;
}

apr_status_t bk_httpd_shm_store_ping(void *handle)
{
    return APR_SUCCESS;
}

const char *bk_httpd_shm_store_error(void *handle)
{
    return "in shared memory: it is full, or other writers did not make way in time";
}
