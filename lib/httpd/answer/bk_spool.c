#include "bk_spool.h"

#include <apr_file_io.h>
#include <apr_strings.h>

#include "bk_answer.h"

enum { READ = 32768 }; /* bytes that are read at a time */

struct bk_spool_t {
    bk_request_t *request;
    apr_file_t *file;
    apr_off_t len;
};

apr_status_t bk_spool_make(bk_spool_t **result, bk_request_t *request)
{
    apr_pool_t *p = request->r->pool;
    bk_spool_t *spool = apr_pcalloc(p, sizeof(*spool));
    const char *folder;
    char *path;
    apr_status_t rv = apr_temp_dir_get(&folder, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    path = apr_pstrcat(p, folder, "/bookable-XXXXXX", NULL);
    rv = apr_file_mktemp(
        &spool->file, path,
        APR_FOPEN_CREATE | APR_FOPEN_READ | APR_FOPEN_WRITE | APR_FOPEN_EXCL | APR_FOPEN_BINARY, p);
    if (rv == APR_SUCCESS) {
        rv = apr_file_remove(path, p);
    }
    spool->request = request;
    *result = spool;
    return rv;
}

apr_status_t bk_spool_write(void *data, const char *bytes, apr_size_t len)
{
    bk_spool_t *spool = data;
    apr_status_t rv = apr_file_write_full(spool->file, bytes, len, NULL);

    spool->len += rv == APR_SUCCESS ? (apr_off_t)len : 0;
    return rv;
}

apr_status_t bk_spool_rewind(bk_spool_t *spool)
{
    apr_off_t begin = 0;
    apr_status_t rv = apr_file_seek(spool->file, APR_SET, &begin);

    return rv == APR_SUCCESS
               ? apr_file_buffer_set(spool->file, apr_palloc(spool->request->r->pool, READ), READ)
               : rv;
}

apr_status_t bk_spool_read(bk_spool_t *spool, void *bytes, apr_size_t len)
{
    return apr_file_read_full(spool->file, bytes, len, NULL);
}

int bk_spool_answer(bk_spool_t *spool, const char *type)
{
    return bk_answer_file(spool->request, type, spool->file, spool->len);
}
