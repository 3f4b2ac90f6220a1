#include "bk_health.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer.h"
#include "bk_error.h"
#include "bk_read.h"
#include "bk_request.h"
#include "bk_store.h"

/* The value of "for" in the query string; NULL if there is none. Other parameters are ignored: a
 * balancer may add some. */
static const char *asked_for(const request_rec *r)
{
    char *rest = apr_pstrdup(r->pool, r->args ? r->args : "");
    const char *word;

    while ((word = apr_strtok(rest, "&", &rest))) {
        if (strncmp(word, "for=", 4) == 0) {
            return word + 4;
        }
    }
    return NULL;
}

static apr_status_t ping(bk_request_t *request, void *unused)
{
    return request->store->ping(request->handle);
}

static apr_status_t ping_for_write(bk_request_t *request)
{
    const bk_store_t *store = request->store;

    return (store->ping_for_write ? store->ping_for_write : store->ping)(request->handle);
}

int bk_health(bk_request_t *request)
{
    const char *what = asked_for(request->r);
    apr_status_t rv = APR_SUCCESS;
    int result;

    if (!what || strcmp(what, "write") == 0) {
        result = bk_store_acquire(request);
        rv = result == BK_CONTINUE ? ping_for_write(request) : rv;
    }
    else if (strcmp(what, "read") == 0) {
        result = bk_read(request, ping, NULL, &rv);
    }
    else {
        return bk_answer_error(request, &bk_error_health, NULL);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    return rv == APR_SUCCESS ? bk_answer_text(request, HTTP_OK, "OK")
                             : bk_store_failed(request, rv);
}
