#include "user_session.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_cookie.h"
#include "bk_json_alone.h"
#include "bk_random.h"
#include "bk_settle.h"
#include "bk_time.h"
#include "user_people_rules.h"

/* How often the use of a session is noted at the most, so that reading costs no write. */
#define TOUCH APR_TIME_C(60) * APR_USEC_PER_SEC

#define PREFIX 10 /* characters of a token by which its owner tells it; 7 of them are random */
#define AGENT_MOST 200

/* ---- opening ------------------------------------------------------------------------------------
 */

typedef struct adding_t {
    bk_request_t *request;
    user_token_t *row;
    const char *was;
} adding_t;

static apr_status_t find_added(bk_request_t *request, void *data)
{
    const user_token_t *row = data;
    user_session_t session;

    return user_v1_verbs(request)->find_token(request->handle, row->digest, row->opened, &session,
                                              request->r->pool);
}

static apr_status_t add(void *baton)
{
    const adding_t *adding = baton;

    return user_v1_verbs(adding->request)
        ->add_token(adding->request->handle, adding->row, adding->was);
}

apr_status_t user_session_insert(bk_request_t *request, user_session_opened_t *opened,
                                 const char *was)
{
    apr_pool_t *p = request->r->pool;
    unsigned char *digest = apr_palloc(p, BK_TOKEN_DIGEST);
    adding_t adding = {request, &opened->row, was};
    apr_status_t rv = bk_token_make(&opened->token, p);

    if (rv == APR_SUCCESS) {
        rv = bk_token_digest(opened->token, digest);
    }
    if (rv != APR_SUCCESS) {
        ap_log_rerror(BK_MARK, APLOG_ERR, rv, request->r, "BK0380: no token could be made");
        return rv;
    }
    opened->row.digest = digest;
    opened->row.prefix = apr_pstrmemdup(p, opened->token, PREFIX);
    return bk_random_insert(&opened->row.id, add, &adding);
}

apr_status_t user_session_settle(bk_request_t *request, apr_status_t rv,
                                 user_session_opened_t *opened)
{
    return bk_settle(request, rv, find_added, &opened->row);
}

apr_status_t user_session_add(bk_request_t *request, user_session_opened_t *opened, const char *was)
{
    return user_session_settle(request, user_session_insert(request, opened, was), opened);
}

/* Who opened a session, for its owner to tell it by: the header, without what is no text. */
static const char *agent_of(bk_request_t *request)
{
    const char *agent = apr_table_get(request->r->headers_in, "User-Agent");

    if (!agent || !bk_json_is_text(agent, strlen(agent))) {
        return NULL;
    }
    return strlen(agent) > AGENT_MOST ? NULL : agent;
}

static apr_time_t earlier(apr_time_t one, apr_time_t other)
{
    return one < other ? one : other;
}

apr_status_t user_session_open(bk_request_t *request, const user_session_wish_t *wish,
                               user_session_opened_t *opened)
{
    const user_conf_t *conf = user_config_of(request->conf);
    apr_time_t now = apr_time_now();
    user_token_t row = {.user_id = wish->user_id,
                        .kind = USER_TOKEN_SESSION,
                        .opened = now,
                        .seen = now,
                        .idle = wish->idle ? wish->idle : conf->session_idle,
                        .ends = now + (wish->lifetime ? wish->lifetime : conf->session_max),
                        .agent = agent_of(request)};

    row.expires = earlier(now + row.idle, row.ends);
    opened->row = row;
    return user_session_add(request, opened, wish->was);
}

int user_session_answer(bk_request_t *request, const user_v1_t *user,
                        const user_session_opened_t *opened, int as_cookie, int persistent)
{
    const user_token_t *row = &opened->row;
    bk_json_text_t text;
    const char *body;
    apr_size_t len;

    bk_json_text_begin(&text, request->r->pool);
    bk_json_text_object(&text, "user");
    user_session_write_user(&text, user);
    bk_json_text_object_end(&text);
    bk_json_text_id(&text, "id", row->id);
    user_session_write_time(&text, "expiresAt", row->expires);
    user_session_write_time(&text, "endsAt", row->ends);
    if (as_cookie) {
        bk_cookie_set(request->r, opened->token,
                      persistent ? apr_time_sec(row->ends - row->opened) : 0);
    }
    else {
        bk_json_text_string(&text, "token", opened->token);
    }
    body = bk_json_text_end(&text, &len);
    return bk_answer_json_text(request, HTTP_OK, body, len);
}

/* ---- callers ------------------------------------------------------------------------------------
 */

/* Names that are separated by a character, as an array that ends in NULL. */
static const char *const *split(const char *names, const char *separator, int *count, apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 4, sizeof(const char *));
    char *rest = apr_pstrdup(p, names), *state, *name;

    for (name = apr_strtok(rest, separator, &state); name;
         name = apr_strtok(NULL, separator, &state)) {
        APR_ARRAY_PUSH(list, const char *) = name;
    }
    *count = list->nelts;
    APR_ARRAY_PUSH(list, const char *) = NULL;
    return (const char *const *)list->elts;
}

void user_session_rights(bk_request_t *request, int is_admin, int is_auditor, const char *groups)
{
    bk_caller_t *caller = &request->caller;

    caller->is_admin = is_admin;
    caller->role = is_admin ? BK_ROLE_ADMIN : is_auditor ? BK_ROLE_AUDITOR : BK_ROLE_MEMBER;
    if (groups) {
        caller->groups = split(groups, ",", &caller->group_count, request->r->pool);
    }
}

static unsigned int read_scopes(const char *scopes, apr_pool_t *p)
{
    unsigned int bits = 0;
    const char *const *names;
    int i, count;

    if (!scopes) {
        return BK_SCOPE_ALL;
    }
    names = split(scopes, " ", &count, p);
    for (i = 0; i < count; i++) {
        bits |= bk_scope_of_name(names[i]);
    }
    return bits;
}

/* The ids of a token's spaces. What cannot be read opens none. */
static const char *const *read_spaces(const char *json, apr_pool_t *p)
{
    const bk_json_t *ids = bk_json_alone_read(json, p);
    apr_size_t i, count = ids ? ids->count : 0;
    const char **list = apr_pcalloc(p, (count + 1) * sizeof(*list));

    for (i = 0; i < count; i++) {
        list[i] = ids->members[i].kind == BK_JSON_TEXT ? ids->members[i].text : "";
    }
    return list;
}

/* How long a use goes without being noted: a minute, or less where a session lasts only minutes. */
static apr_interval_time_t interval_of(const user_session_t *session)
{
    return session->idle && session->idle / 4 < TOUCH ? session->idle / 4 : TOUCH;
}

/* Note that a session was used, at most once a minute: it lasts UserSessionIdle from then on, but
 * not beyond its end. A failure does not matter to the request: the next one notes it. */
static void touch(bk_request_t *request, const user_session_t *session, const unsigned char *digest)
{
    apr_time_t now = apr_time_now(), before = now - interval_of(session);

    if (session->kind == USER_TOKEN_BASE || session->seen > before || request->is_behind) {
        return;
    }
    (void)user_v1_verbs(request)->touch(request->handle, digest, before, now,
                                        session->idle ? earlier(now + session->idle, session->ends)
                                                      : session->expires);
}

void user_session_accept(bk_request_t *request, const user_session_t *session,
                         const unsigned char *digest)
{
    bk_caller_t *caller = &request->caller;

    caller->id = session->id;
    caller->name = session->name;
    caller->display = session->display_name;
    caller->by_cookie = request->cookie != NULL;
    caller->scopes = read_scopes(session->scopes, request->r->pool);
    caller->spaces = session->spaces ? read_spaces(session->spaces, request->r->pool) : NULL;
    user_session_rights(request, session->is_admin, session->is_auditor, session->groups);
    touch(request, session, digest);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

void user_session_write_time(bk_json_text_t *text, const char *name, apr_time_t time)
{
    bk_json_text_string(
        text, name,
        time > 0 && time != USER_SESSION_NEVER ? bk_time_format_utc(time * 1000, text->p) : NULL);
}

void user_session_write_names(bk_json_text_t *text, const char *name, const char *names,
                              const char *separator)
{
    const char *const *list;
    int i, count = 0;

    bk_json_text_array(text, name);
    list = names ? split(names, separator, &count, text->p) : NULL;
    for (i = 0; i < count; i++) {
        bk_json_text_string(text, NULL, list[i]);
    }
    bk_json_text_array_end(text);
}

void user_session_write_scopes(bk_json_text_t *text, unsigned int scopes)
{
    unsigned int bit;

    bk_json_text_array(text, "scopes");
    for (bit = 1; bit < BK_SCOPE_ALL; bit <<= 1) {
        if (scopes & bit && bk_scope_name(bit)) {
            bk_json_text_string(text, NULL, bk_scope_name(bit));
        }
    }
    bk_json_text_array_end(text);
}

void user_session_write_user(bk_json_text_t *text, const user_v1_t *user)
{
    bk_json_text_id(text, "id", user->id);
    bk_json_text_string(text, "login", user->login);
    bk_json_text_string(text, "name", user->display_name ? user->display_name : user->name);
    bk_json_text_string(text, "displayName", user->display_name);
    bk_json_text_string(text, "role", user_people_rules_role(user));
    user_session_write_names(text, "groups", user->groups, ",");
}
