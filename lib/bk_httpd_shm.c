#include "bk_httpd_shm.h"

#include <apr_shm.h>
#include <http_config.h>

#include "bk_httpd.h"

typedef struct segment_t {
    apr_shm_t *shm;
    apr_size_t size;
} segment_t;

/* Memory that nobody has written to is zero, and costs nothing yet. */
apr_status_t bk_httpd_shm_kept(void **base, apr_size_t *size, const char *name, server_rec *s)
{
    segment_t *segment = ap_retained_data_get(name);
    apr_status_t rv;

    if (!segment) {
        segment = ap_retained_data_create(name, sizeof(*segment));
    }
    if (!segment->shm) {
        rv = apr_shm_create(&segment->shm, *size, NULL, s->process->pool);
        if (rv != APR_SUCCESS) {
            ap_log_error(BK_HTTPD_MARK, APLOG_EMERG, rv, s, "BK0105: no shared memory for %s",
                         name);
            return rv;
        }
        segment->size = *size;
    }
    *size = segment->size;
    *base = apr_shm_baseaddr_get(segment->shm);
    return APR_SUCCESS;
}

apr_status_t bk_httpd_shm(void **base, const char *name, apr_size_t size, server_rec *s)
{
    apr_size_t there = size;
    apr_status_t rv = bk_httpd_shm_kept(base, &there, name, s);

    if (rv == APR_SUCCESS && there != size) {
        ap_log_error(BK_HTTPD_MARK, APLOG_EMERG, 0, s,
                     "BK0106: %s is in use by another version: stop and start httpd to change "
                     "versions",
                     name);
        return APR_EMISMATCH;
    }
    return rv;
}
