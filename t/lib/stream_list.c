/* A module for an httpd that a test starts: a list that is made while it is sent.
 *
 *   GET /list?items=N        that many, about 100 bytes each
 *   GET /list?items=N&fail=K  the store fails at item K
 *   GET /produced            how many items the last list has made, and whether its producer is
 * done
 */
#include <stdatomic.h>
#include <stdlib.h>

#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include "bk_answer.h"
#include "bk_json_text.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_stream.h"

extern module AP_MODULE_DECLARE_DATA stream_list_module;

static const bk_service_t service = {.name = "list", .module = &stream_list_module};

static atomic_int produced, is_done;

typedef struct list_t {
    apr_pool_t *p;
    int items;
    int fail; /* the item that cannot be had; -1: none */
} list_t;

static apr_status_t produce_items(bk_json_text_t *text, const list_t *list)
{
    int i;

    for (i = 0; i < list->items && bk_json_text_status(text) == APR_SUCCESS; i++) {
        if (i == list->fail) {
            return APR_EGENERAL;
        }
        bk_json_text_object(text, NULL);
        bk_json_text_int(text, "number", i);
        bk_json_text_string(
            text, "name",
            "Group room with a name that makes it a hundred bytes long, or so, in all");
        bk_json_text_object_end(text);
        produced++;
    }
    return APR_SUCCESS;
}

static apr_status_t produce(bk_stream_t *stream, void *context)
{
    list_t *list = context;
    bk_json_text_t text;
    apr_status_t rv;

    bk_json_text_stream(&text, bk_stream_write, stream, list->p);
    bk_json_text_array(&text, "items");
    rv = produce_items(&text, list);
    if (rv == APR_SUCCESS) {
        bk_json_text_array_end(&text);
        rv = bk_json_text_finish(&text);
    }
    is_done = 1;
    return rv;
}

static int argument(const request_rec *r, const char *name, int otherwise)
{
    const char *found = r->args ? strstr(r->args, name) : NULL;

    return found ? atoi(found + strlen(name)) : otherwise;
}

static int handle(request_rec *r)
{
    bk_request_t request = {.r = r};
    list_t list = {r->pool, argument(r, "items=", 0), argument(r, "fail=", -1)};
    apr_status_t failed;
    int result;

    if (strcmp(r->uri, "/produced") == 0) {
        ap_rprintf(r, "%d %d", (int)produced, (int)is_done);
        return OK;
    }
    if (strcmp(r->uri, "/list") != 0) {
        return DECLINED;
    }
    produced = is_done = 0;
    result = bk_stream_answer(&request, HTTP_OK, "application/json", produce, &list, &failed);
    return result == BK_CONTINUE ? HTTP_SERVICE_UNAVAILABLE : result;
}

static void register_hooks(apr_pool_t *p)
{
    bk_service_set(&service, p);
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA stream_list_module = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks, AP_MODULE_FLAG_NONE};
