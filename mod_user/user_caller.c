#include "user_caller.h"

#include <string.h>

#include <apr_escape.h>
#include <apr_strings.h>

#include "bk_cache.h"
#include "bk_caller.h"
#include "bk_json.h"
#include "user_login.h"
#include "user_rules.h"
#include "user_session.h"

/* ---- as JSON ------------------------------------------------------------------------------------
 */

static void write_rights(bk_json_text_t *text, const bk_caller_t *caller)
{
    int i;

    if (caller->group_count) {
        bk_json_text_array(text, "groups");
        for (i = 0; i < caller->group_count; i++) {
            bk_json_text_string(text, NULL, caller->groups[i]);
        }
        bk_json_text_array_end(text);
    }
    if (caller->scopes != BK_SCOPE_ALL) {
        user_session_write_scopes(text, caller->scopes);
    }
    if (caller->spaces) {
        bk_json_text_array(text, "spaces");
        for (i = 0; caller->spaces[i]; i++) {
            bk_json_text_string(text, NULL, caller->spaces[i]);
        }
        bk_json_text_array_end(text);
    }
}

static const char *role_name(const bk_caller_t *caller)
{
    return caller->is_admin ? "admin" : caller->role == BK_ROLE_AUDITOR ? "auditor" : "member";
}

static const char *text_of(const bk_caller_t *caller, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    bk_json_text_id(&text, "userID", caller->id);
    bk_json_text_string(&text, "username", caller->name);
    bk_json_text_string(&text, "role", role_name(caller));
    if (caller->display) {
        bk_json_text_string(&text, "displayName", caller->display);
    }
    write_rights(&text, caller);
    return bk_json_text_end(&text, len);
}

/* ---- from the store and the cache ---------------------------------------------------------------
 */

static int is_same(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

/* Whether the caller may be cached: the token still belongs to the same user, who is no
 * administrator and is called the same, and does not expire before the cache entry. */
static int may_be_cached(bk_request_t *request, const unsigned char *digest)
{
    apr_time_t end = apr_time_now() + request->conf->cache.ttl;
    const user_store_v1_verbs_t *verbs = user_v1_verbs(request);
    user_session_t session;
    user_t user;

    if (verbs) {
        return verbs->find_token(request->handle, digest, end, &session, request->r->pool) ==
                   APR_SUCCESS &&
               session.id == request->caller.id && is_same(session.name, request->caller.name) &&
               is_same(session.display_name, request->caller.display) && !session.is_admin &&
               !session.is_auditor && !session.groups && !session.scopes && !session.spaces;
    }
    return user_verbs(request)->find_token(request->handle, digest, end, &user, request->r->pool) ==
               APR_SUCCESS &&
           user.id == request->caller.id && is_same(user.name, request->caller.name) &&
           !user.is_admin;
}

/* What the cache holds of a caller: the name, and behind a line end, which no name has, what API v1
 * calls the user. */
static void keep_names(bk_request_t *request, bk_cache_reading_t *reading)
{
    const bk_caller_t *caller = &request->caller;

    reading->kept = caller->display
                        ? apr_pstrcat(request->r->pool, caller->name, "\n", caller->display, NULL)
                        : caller->name;
    reading->kept_len = strlen(reading->kept);
}

/* @return whether these are names */
static int read_names(bk_caller_t *caller, const char *kept, apr_size_t kept_len, apr_pool_t *p)
{
    char *names = apr_pstrmemdup(p, kept, kept_len), *display = strchr(names, '\n');

    if (display) {
        *display++ = '\0';
    }
    caller->name = names;
    caller->display = display;
    return strlen(names) + (display ? strlen(display) + 1 : 0) == kept_len &&
           !user_rules_name(names, strlen(names)) &&
           (!display || bk_json_is_text(display, strlen(display)));
}

/* Answer from a cache entry: the token owner's id and names, and always the role of a member. */
static const char *show_caller(bk_request_t *request, const bk_cache_entry_t *entry,
                               const char *kept, apr_size_t kept_len, apr_size_t *text_len)
{
    apr_pool_t *p = request->r->pool;
    bk_caller_t caller = {.id = entry->owner, .scopes = BK_SCOPE_ALL};

    if (caller.id <= 0 || !read_names(&caller, kept, kept_len, p)) {
        return NULL;
    }
    request->caller = caller;
    bk_caller_known(request);
    return text_of(&caller, text_len, p);
}

/* Whether a caller is more, or less, than a member who may do all that members may: the cache holds
 * nothing but names, so it must not hold such a caller. */
static int is_plain_member(const bk_caller_t *caller)
{
    return caller->role == BK_ROLE_MEMBER && !caller->is_admin && caller->group_count == 0 &&
           caller->scopes == BK_SCOPE_ALL && !caller->spaces;
}

/* Answer from the store. Whoever has a role or groups is not cached, and has none if a standby
 * answers: so neither a cache nor a standby grants a right. What a token may not do holds in any
 * case. */
static int find_caller(bk_request_t *request, bk_cache_reading_t *reading)
{
    bk_caller_t *caller = &request->caller;
    const unsigned char *digest = user_login_token(request);
    int result = user_login_identify(request);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (request->is_behind) {
        caller->is_admin = caller->group_count = 0;
        caller->role = BK_ROLE_MEMBER;
    }
    reading->keep = reading->keep && is_plain_member(caller) && !request->is_behind && digest;
    if (reading->keep) {
        bk_cache_own(request, reading, caller->id);
        reading->keep = reading->keep && may_be_cached(request, digest);
    }
    reading->text = text_of(caller, &reading->len, request->r->pool);
    keep_names(request, reading);
    return BK_CONTINUE;
}

int user_caller_get(bk_request_t *request)
{
    const unsigned char *digest = user_login_token(request);
    char id[2 * BK_TOKEN_DIGEST + 1];

    if (!digest) {
        return bk_cache_answer(request, NULL, find_caller, show_caller);
    }
    apr_escape_hex(id, digest, BK_TOKEN_DIGEST, 0, NULL);
    return bk_cache_answer(request, id, find_caller, show_caller);
}
