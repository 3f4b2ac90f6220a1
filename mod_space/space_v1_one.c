#include "space_v1_one.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_cache.h"
#include "bk_caller.h"
#include "bk_conf.h"
#include "bk_counts.h"
#include "bk_json_alone.h"
#include "bk_policy_input.h"
#include "bk_read.h"
#include "bk_representation.h"
#include "space_policy.h"
#include "space_private.h"
#include "space_v1_json.h"
#include "space_v1_who.h"

#define NOTHING "{\"items\":[],\"policies\":[],\"next\":null}"

/* No id of a space has a slash: the base API's answers have the ids themselves as keys. */
static const char *key_of(const bk_request_t *request, const char *id)
{
    return apr_pstrcat(request->r->pool, "v1/", id, NULL);
}

static const char *id_of(const bk_request_t *request)
{
    return bk_input_value(request->query, "id")->text;
}

/* ---- who sees it --------------------------------------------------------------------------------
 * Kept are, each ending in NUL: the persons and groups that may see the space, between slashes; an
 * empty text; and then the answer.
 */

typedef struct kept_t {
    const char *names; /* all of them, one after the other */
    apr_size_t len;
} kept_t;

static void add_name(kept_t *kept, const char *name, apr_pool_t *p)
{
    apr_size_t len = strlen(name), size = kept->len + len + 3;
    char *names = apr_palloc(p, size);

    memcpy(names, kept->names, kept->len);
    names[kept->len] = '/';
    memcpy(names + kept->len + 1, name, len);
    memcpy(names + kept->len + 1 + len, "/", 2);
    *kept = (kept_t){names, size};
}

/* As SEEN_BY in space_store_dbd_statements.c has it: who manages the space, and whom its policy
 * lets see it. @return 0: the policy cannot be read */
static int find_names(kept_t *kept, const space_v1_found_t *found, apr_pool_t *p)
{
    const space_policy_t policy = {.id = found->space.policy, .body = found->policy_body};
    const bk_json_t *managers = bk_json_alone_read(found->space.managers, p);
    const bk_policy_input_t *rules;
    apr_size_t i;
    int n;

    *kept = (kept_t){"", 0};
    if (!found->space.policy) {
        add_name(kept, "everyone", p);
        return 1;
    }
    rules = found->policy_body ? space_policy_rules(&policy, p) : NULL;
    for (n = 0; rules && n < rules->rules.see.count; n++) {
        add_name(kept, rules->rules.see.names[n], p);
    }
    for (i = 0; managers && i < managers->count; i++) {
        add_name(kept, managers->members[i].text, p);
    }
    return rules && managers;
}

/* @return the names behind one; NULL: that is not whole */
static const char *next_name(const char *name, const char *end)
{
    const char *nul = memchr(name, 0, (apr_size_t)(end - name));

    return nul ? nul + 1 : NULL;
}

/* Has the type bk_cache_show_t. */
static const char *show(bk_request_t *request, const bk_cache_entry_t *entry, const char *kept,
                        apr_size_t kept_len, apr_size_t *text_len)
{
    space_v1_who_t who = space_v1_who(request);
    const char *end = kept + kept_len, *name = kept;
    int is_seen = who == NULL;

    while (name && name < end && *name) {
        const char *next = next_name(name, end);

        is_seen = is_seen || (next && strstr(who, name));
        name = next;
    }
    if (!name || name == end) {
        return NULL;
    }
    if (!is_seen) {
        *text_len = strlen(NOTHING);
        return NOTHING;
    }
    *text_len = (apr_size_t)(end - name - 1);
    return apr_pstrmemdup(request->r->pool, name + 1, *text_len);
}

/* ---- reading it ---------------------------------------------------------------------------------
 */

/* What is to be found, and for whom. */
typedef struct finding_t {
    space_v1_who_t who; /* NULL: for somebody who sees all */
    space_v1_found_t found;
} finding_t;

/* Has the type bk_read_t. */
static apr_status_t find(bk_request_t *request, void *baton)
{
    finding_t *finding = baton;

    return space_v1_verbs(request)->find(request->handle, id_of(request), finding->who, 1,
                                         &finding->found, request->r->pool);
}

static const char *text_of(const space_v1_found_t *found, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    bk_json_text_array(&text, "items");
    bk_json_text_object(&text, NULL);
    space_v1_json_write_judged(&text, found);
    bk_json_text_object_end(&text);
    bk_json_text_array_end(&text);
    bk_json_text_array(&text, "policies");
    if (found->space.policy && found->policy_body) {
        space_v1_json_write_policy(&text, NULL, found);
    }
    bk_json_text_array_end(&text);
    bk_json_text_string(&text, "next", NULL);
    return bk_json_text_end(&text, len);
}

static void set_kept(bk_request_t *request, bk_cache_reading_t *reading, const kept_t *kept,
                     const char *text, apr_size_t len)
{
    char *whole = apr_palloc(request->r->pool, kept->len + 1 + len);

    memcpy(whole, kept->names, kept->len);
    whole[kept->len] = '\0';
    memcpy(whole + kept->len + 1, text, len);
    reading->kept = whole;
    reading->kept_len = kept->len + 1 + len;
    reading->text = show(request, &reading->entry, whole, reading->kept_len, &reading->len);
}

/* A space that the caller does not see, or that is not there. */
static int set_nothing(bk_cache_reading_t *reading)
{
    reading->keep = 0;
    reading->text = NOTHING;
    reading->len = strlen(NOTHING);
    return BK_CONTINUE;
}

/* Of a policy that another version wrote, the database knows who sees its spaces. */
static int read_for_caller(bk_request_t *request, bk_cache_reading_t *reading)
{
    finding_t finding = {.who = space_v1_who(request)};
    apr_status_t rv;
    int result = bk_read(request, find, &finding, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? set_nothing(reading) : bk_store_failed(request, rv);
    }
    reading->keep = 0;
    reading->text = text_of(&finding.found, &reading->len, request->r->pool);
    return BK_CONTINUE;
}

/* Has the type bk_cache_read_t. */
static int read_one(bk_request_t *request, bk_cache_reading_t *reading)
{
    finding_t finding = {.who = NULL};
    const char *text;
    apr_size_t len;
    apr_status_t rv;
    kept_t kept;
    int result = bk_read(request, find, &finding, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? set_nothing(reading) : bk_store_failed(request, rv);
    }
    text = text_of(&finding.found, &len, request->r->pool);
    if (!text || !find_names(&kept, &finding.found, request->r->pool)) {
        return read_for_caller(request, reading);
    }
    set_kept(request, reading, &kept, text, len);
    return BK_CONTINUE;
}

int space_v1_one(bk_request_t *request, const char *id)
{
    const char *text;
    apr_size_t len;
    int result = bk_cache_text(request, key_of(request, id), read_one, show, &text, &len);

    if (result != BK_CONTINUE) {
        return result;
    }
    request->cache_control = BK_ANSWER_V1_LIST;
    return bk_representation_answer_weak(request, text, len);
}

/* ---- without running the route ------------------------------------------------------------------
 */

/* As the route does it: a token that changes something reads the space, too. */
#define SCOPES (BK_SCOPE_READ | BK_SCOPE_BOOK | BK_SCOPE_MANAGE | BK_SCOPE_ADMIN)

/* Set the route of the subrequest. @return whether it is the list of spaces of this service, by
 * somebody who is known and may ask for it */
static int is_ours(bk_request_t *request)
{
    request_rec *sub = request->r;
    bk_route_match_t match;
    const char *path;

    if (sub->proxyreq != PROXYREQ_NONE || !bk_service_is_own(sub)) {
        return 0;
    }
    request->api = bk_conf_api(request->conf, sub->uri, &path);
    if (!request->api || !request->api->is_v1 || strcmp(path, "/spaces") != 0) {
        return 0;
    }
    bk_route_find(request->api->routes, 1, sub->method, path, &match, sub->pool);
    request->route = match.route;
    return match.route && (request->caller.scopes & SCOPES) &&
           bk_caller_is_told(sub, request->conf->dependencies[SPACE_USER].path);
}

/* It counts as if the route had been run. */
static const char *find_at_hand(request_rec *sub, const bk_caller_t *caller, const char *id,
                                apr_size_t *len)
{
    bk_request_t request;
    const char *text;

    bk_request_begin(&request, sub, bk_conf(sub->server));
    request.caller = *caller;
    if (!is_ours(&request) ||
        !bk_cache_find_text(&request, key_of(&request, id), show, &text, len)) {
        return NULL;
    }
    bk_counts_request(sub, request.api, request.route, HTTP_OK);
    return text;
}

const bk_offer_t space_v1_one_offer = {find_at_hand};

void space_v1_one_forget(bk_request_t *request, const char *id)
{
    bk_cache_forget(request, id);
    bk_cache_forget(request, key_of(request, id));
}
