#include "bk_routes_dump.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>

#include "bk_conf.h"
#include "bk_route.h"
#include "bk_scope.h"
#include "bk_service.h"

#define NESTED 3 /* objects inside objects */

static const char *join(const char *list, const char *name, apr_pool_t *p)
{
    return *list ? apr_pstrcat(p, list, ",", name, NULL) : name;
}

/* The names of a table's rows, with those of nested objects. */
static const char *names_of(const bk_input_row_t *rows, const char *within, int depth,
                            apr_pool_t *p)
{
    const char *list = "";

    for (; rows && rows->name; rows++) {
        const char *name = apr_pstrcat(p, within, rows->name, NULL);

        list = join(list, name, p);
        if (rows->rows && depth < NESTED) {
            const char *inner = names_of(rows->rows, apr_pstrcat(p, name, ".", NULL), depth + 1, p);

            list = *inner ? join(list, inner, p) : list;
        }
    }
    return list;
}

static const char *flags_of(const bk_route_t *route, apr_pool_t *p)
{
    const char *list = "";

    list = route->flags & BK_ROUTE_PATCH ? join(list, "patch", p) : list;
    list = route->flags & BK_ROUTE_IF_MATCH ? join(list, "if-match", p) : list;
    list = route->flags & BK_ROUTE_OPTIONAL_BODY ? join(list, "optional-body", p) : list;
    list = route->flags & BK_ROUTE_IDEMPOTENT ? join(list, "idempotent", p) : list;
    list = route->flags & BK_ROUTE_RAW_BODY ? join(list, "raw-body", p) : list;
    return route->flags & BK_ROUTE_ALL_SPACES ? join(list, "all-spaces", p) : list;
}

static const char *caller_of(const bk_route_t *route)
{
    static const char *const names[] = {[BK_ROUTE_ANYONE] = "anyone",
                                        [BK_ROUTE_USER] = "user",
                                        [BK_ROUTE_ADMIN] = "admin",
                                        [BK_ROUTE_AUDITOR] = "auditor",
                                        [BK_ROUTE_GUEST] = "guest"};

    return names[route->caller];
}

static const char *or_none(const char *list)
{
    return *list ? list : "-";
}

static void dump_route(apr_file_t *out, const char *path, const bk_route_t *route, apr_pool_t *p)
{
    const char *scope = bk_scope_name(bk_route_scope(route));

    apr_file_printf(out, "%s %s%s %s %s %s %s %s\n", route->method, path, route->pattern,
                    caller_of(route),
                    route->caller == BK_ROUTE_ANYONE ? "-" : (scope ? scope : "self"),
                    or_none(flags_of(route, p)), or_none(names_of(route->query, "", 0, p)),
                    or_none(names_of(route->members, "", 0, p)));
}

static void dump(apr_pool_t *pconf, server_rec *s)
{
    const bk_conf_t *conf = bk_conf(s);
    const bk_api_t *api;
    const bk_route_t *route;
    apr_file_t *out;

    if (!ap_exists_config_define("DUMP_BOOKABLE_ROUTES") ||
        apr_file_open_stdout(&out, pconf) != APR_SUCCESS) {
        return;
    }
    for (api = bk_service()->apis; api->routes; api++) {
        const char *path = bk_conf_api_path(conf, api);

        for (route = api->routes; *path && route->method; route++) {
            dump_route(out, path, route, pconf);
        }
    }
}

void bk_routes_dump_register(apr_pool_t *p)
{
    ap_hook_test_config(dump, NULL, NULL, APR_HOOK_MIDDLE);
}
