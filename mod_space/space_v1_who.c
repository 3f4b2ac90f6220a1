#include "space_v1_who.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_json_alone.h"

space_v1_who_t space_v1_who_named(const bk_request_t *request)
{
    apr_pool_t *p = request->r->pool;
    const bk_caller_t *caller = &request->caller;
    const char *who = "/everyone/";
    int i;

    if (caller->id == 0) {
        return who;
    }
    who = apr_psprintf(p, "%suser:%" APR_INT64_T_FMT "/", who, caller->id);
    for (i = 0; i < caller->group_count; i++) {
        who = apr_pstrcat(p, who, "group:", caller->groups[i], "/", NULL);
    }
    return who;
}

space_v1_who_t space_v1_who(const bk_request_t *request)
{
    return request->caller.is_admin || request->caller.role == BK_ROLE_AUDITOR
               ? NULL
               : space_v1_who_named(request);
}

int space_v1_who_has_token_for(const bk_request_t *request, const char *id)
{
    const char *const *space = request->caller.spaces;

    if (!space) {
        return 1;
    }
    while (*space && strcmp(*space, id) != 0) {
        space++;
    }
    return *space != NULL;
}

static int is_manager(const bk_request_t *request, const space_v1_t *space)
{
    apr_pool_t *p = request->r->pool;
    const bk_json_t *managers = bk_json_alone_read(space->managers, p);
    space_v1_who_t who = space_v1_who_named(request);
    apr_size_t i;

    for (i = 0; managers && i < managers->count; i++) {
        if (strstr(who, apr_pstrcat(p, "/", managers->members[i].text, "/", NULL))) {
            return 1;
        }
    }
    return 0;
}

int space_v1_who_may_change(const bk_request_t *request, const space_v1_t *space)
{
    return space_v1_who_has_token_for(request, space->id) &&
           (request->caller.is_admin || is_manager(request, space));
}
