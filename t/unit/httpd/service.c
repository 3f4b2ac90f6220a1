#include "service.h"

#include <ap_provider.h>
#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_answer_v1.h"
#include "bk_directives.h"
#include "bk_health.h"
#include "bk_list.h"
#include "bk_problems_page.h"
#include "bk_server.h"

#define STORE_GROUP "thing-store"
#define STORE_VERSION "0"

service_store_t service_store;
int (*service_handler)(bk_request_t *request);
int (*service_identify)(bk_request_t *request);
char service_steps[128];
server_rec *service_server;

static void note(const char *step)
{
    apr_size_t len = strlen(service_steps);

    apr_cpystrn(service_steps + len, step, sizeof(service_steps) - len);
}

/* ---- the store ---------------------------------------------------------------------------------
 */

static apr_status_t acquire(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                            void **handle, void **lease)
{
    *handle = *lease = &service_store.acquired;
    if (service_store.acquires == APR_SUCCESS) {
        service_store.acquired++;
    }
    return service_store.acquires;
}

static apr_status_t acquire_standby(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                                    void **handle, void **lease)
{
    *handle = *lease = &service_store.standby_acquired;
    if (service_store.acquires_standby == APR_SUCCESS) {
        service_store.standby_acquired++;
    }
    return service_store.acquires_standby;
}

static void release(const bk_store_t *store, server_rec *s, void *lease)
{
    service_store.released++;
}

static apr_status_t post_config(const bk_store_t *store, server_rec *s)
{
    service_store.post_configs++;
    return APR_SUCCESS;
}

static void child_init(const bk_store_t *store, apr_pool_t *p, server_rec *s, const bk_conf_t *conf)
{
    service_store.children++;
}

static const char *check(const bk_store_t *store, server_rec *s)
{
    return service_store.wrong;
}

static apr_status_t ping(void *handle)
{
    service_store.pinged++;
    return service_store.answers;
}

static apr_status_t confirm(void *handle)
{
    return service_store.confirms;
}

static const char *error(void *handle)
{
    return "the disk is on fire";
}

/* It has the core's verbs, which nobody calls by their table, and no others. */
static const bk_store_t store = {.verbs = {[BK_STORE_CORE] = &service_store},
                                 .acquire = acquire,
                                 .acquire_standby = acquire_standby,
                                 .release = release,
                                 .post_config = post_config,
                                 .child_init = child_init,
                                 .check = check,
                                 .ping = ping,
                                 .confirm = confirm,
                                 .error = error};

/* ---- routes ------------------------------------------------------------------------------------
 */

static int identify(bk_request_t *request)
{
    const char *authorization = apr_table_get(request->r->headers_in, "Authorization");

    note("identify ");
    if (service_identify) {
        return service_identify(request);
    }
    if (!authorization) {
        return bk_answer_error(request, &bk_error_malformed, NULL);
    }
    request->caller = (bk_caller_t){.id = apr_atoi64(strchr(authorization, ' ')),
                                    .name = "somebody",
                                    .is_admin = strncmp(authorization, "admin", 5) == 0,
                                    .scopes = BK_SCOPE_ALL};
    return BK_CONTINUE;
}

static const bk_error_t error_id = {400, 422, "ID", "no id", "An id is a number"};
static const bk_error_t error_schema = {400, 422, "SCHEMA", "incorrect form for a thing", NULL};

static const bk_error_t error_schema_put = {400, 422, "SCHEMA_PUT", "incorrect form for a thing",
                                            "Send a thing"};

static int check_path(bk_request_t *request)
{
    note("path ");
    return strcmp(request->params[0], "bad") == 0 ? bk_answer_error(request, &error_id, NULL)
                                                  : BK_CONTINUE;
}

static int show(bk_request_t *request)
{
    note("handler ");
    return bk_answer_json(request, HTTP_OK, json_pack("{s:I}", "who", request->caller.id));
}

static int make(bk_request_t *request)
{
    const char *name = "";

    note("handler ");
    (void)bk_json_string(request->body, "name", &name, NULL);
    return bk_answer_created(request, "/thing/1", json_pack("{s:s}", "name", name));
}

static int delete (bk_request_t *request)
{
    note("handler ");
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

static int ask_store(bk_request_t *request)
{
    int result = bk_store_acquire(request);
    apr_status_t rv;

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = request->store->ping(request->handle);
    return rv == APR_SUCCESS ? bk_answer_json_text(request, HTTP_OK, "{\"is\":\"there\"}", 14)
                             : bk_store_failed(request, rv);
}

static int do_as_told(bk_request_t *request)
{
    return service_handler ? service_handler(request) : show(request);
}

static const bk_route_t routes[] = {
    {"GET", "", BK_ROUTE_ANYONE, NULL, NULL, show},
    {"POST", "", BK_ROUTE_ANYONE, NULL, &error_schema, make},
    {"GET", "/store", BK_ROUTE_ANYONE, NULL, NULL, ask_store},
    {"GET", "/any", BK_ROUTE_ANYONE, NULL, NULL, do_as_told},
    {"POST", "/any", BK_ROUTE_ANYONE, NULL, &error_schema, do_as_told},
    {"GET", "/rare", BK_ROUTE_ANYONE, NULL, NULL, show, .group = 1},
    {"GET", "/health", BK_ROUTE_ANYONE, NULL, NULL, bk_health},
    {"GET", "/{id}", BK_ROUTE_USER, check_path, NULL, show},
    {"PUT", "/{id}", BK_ROUTE_USER, check_path, &error_schema_put, show},
    {"DELETE", "/{id}", BK_ROUTE_ADMIN, check_path, NULL, delete},
    {NULL},
};

static const bk_dependency_t dependencies[BK_DEPENDENCIES + 1] = {
    {"user", "/user", APR_TIME_C(2000000), APR_TIME_C(1000000)}, {NULL}};

/* API v1, whose path other services share. */
static const char *const colours[] = {"red", "green", NULL};

static const bk_input_row_t list_rows[] = {
    BK_LIST_PARAMETERS, {.name = "colour", .kind = BK_INPUT_WORD, .words = colours}, {NULL}};

static const bk_input_row_t thing_rows[] = {
    {.name = "name", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_REQUIRED, .min = 1, .max = 20},
    {.name = "size", .kind = BK_INPUT_INT, .flags = BK_INPUT_NULLABLE, .min = 1, .max = 9},
    {NULL}};

static const bk_route_t other_routes[] = {
    {.method = "GET", .pattern = "/things", .query = list_rows, .handler = do_as_told},
    {.method = "POST",
     .pattern = "/things",
     .caller = BK_ROUTE_USER,
     .scope = BK_SCOPE_BOOK,
     .members = thing_rows,
     .flags = BK_ROUTE_IDEMPOTENT,
     .handler = do_as_told},
    {.method = "POST",
     .pattern = "/things/batch",
     .flags = BK_ROUTE_RAW_BODY,
     .body_limit = 65536,
     .handler = do_as_told},
    {.method = "GET", .pattern = "/things/{id}", .caller = BK_ROUTE_GUEST, .handler = do_as_told},
    {.method = "PATCH",
     .pattern = "/things/{id}",
     .members = thing_rows,
     .flags = BK_ROUTE_PATCH | BK_ROUTE_IF_MATCH,
     .handler = do_as_told},
    {.method = "PUT",
     .pattern = "/things/{id}",
     .members = thing_rows,
     .flags = BK_ROUTE_IF_MATCH,
     .handler = do_as_told},
    {.method = "DELETE",
     .pattern = "/things/{id}",
     .caller = BK_ROUTE_AUDITOR,
     .members = thing_rows + 1,
     .flags = BK_ROUTE_OPTIONAL_BODY,
     .handler = do_as_told},
    {.method = "GET", .pattern = "/marks/{id}", .caller = BK_ROUTE_AUDITOR, .handler = do_as_told},
    BK_PROBLEMS_PAGE_ROUTE,
    {NULL}};

static const char *const collections[] = {"things", "marks", "problems", NULL};

static const bk_api_t apis[BK_SERVICE_APIS + 1] = {
    {.routes = routes, .answer_error = bk_answer_error_plain},
    BK_ANSWER_V1_API(other_routes, collections, BK_STORE_CORE),
    {NULL}};

static const bk_service_t service = {
    .name = "thing",
    .module = &service_module,
    .apis = apis,
    .store_group = STORE_GROUP,
    .store_version = STORE_VERSION,
    .dependencies = dependencies,
    .identify = identify,
};

/* ---- the module --------------------------------------------------------------------------------
 */

static void *create_config(apr_pool_t *p, server_rec *s)
{
    bk_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_conf_init(conf);
    return conf;
}

static void *merge_config(apr_pool_t *p, void *base, void *own)
{
    bk_conf_t *merged = apr_pcalloc(p, sizeof(*merged));

    bk_conf_merge(merged, base, own);
    return merged;
}

static const command_rec commands[] = {BK_DIRECTIVES("Thing"),
                                       BK_DIRECTIVES_CACHE,
                                       BK_DIRECTIVES_CACHE_TTL("Thing"),
                                       BK_DIRECTIVES_DEPENDENCIES("Thing"),
                                       {NULL}};

module service_module = {
    STANDARD20_MODULE_STUFF, NULL, NULL, create_config, merge_config, commands, NULL};

/* ---- life --------------------------------------------------------------------------------------
 */

void service_set(const char *line)
{
    const char *error_text = stub_ap_directive(service_server, line);

    if (error_text) {
        fail_msg("%s", error_text);
    }
}

int service_open(void **state)
{
    service_server = stub_ap_open(&service_module);
    ap_register_provider(service_server->process->pool, STORE_GROUP, "dbd", STORE_VERSION, &store);
    bk_server_register(&service, service_server->process->pool);
    return 0;
}

int service_close(void **state)
{
    stub_ap_close();
    return 0;
}

/* Each test has the server as it is when nothing but its path was said of it. */
int service_begin(void **state)
{
    service_store = (service_store_t){0};
    service_handler = service_identify = NULL;
    service_steps[0] = '\0';
    bk_conf_init(bk_conf_writable(service_server));
    service_set("ThingPath /thing");
    *state = service_server->process->pool;
    return stub_ap_configure() == OK ? 0 : -1;
}

int service_end(void **state)
{
    stub_ap_forget();
    return 0;
}

request_rec *service_request(const char *method, const char *uri)
{
    return stub_ap_request(service_server, method, uri);
}

request_rec *service_send(const char *method, const char *uri, const char *json)
{
    request_rec *r = service_request(method, uri);

    stub_ap_body(r, json, strlen(json));
    apr_table_set(r->headers_in, "Content-Type", "application/json");
    apr_table_set(r->headers_in, "Content-Length", apr_itoa(r->pool, (int)strlen(json)));
    return r;
}

request_rec *service_get(const char *uri)
{
    request_rec *r = service_request("GET", uri);

    stub_ap_run(r);
    return r;
}

request_rec *service_answer(int (*handler)(bk_request_t *request))
{
    service_handler = handler;
    return service_get("/thing/any");
}
