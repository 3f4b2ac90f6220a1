#include "user_v1_me.h"

#include <string.h>

#include <apr_lib.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_cookie.h"
#include "bk_representation.h"
#include "bk_settle.h"
#include "user_people_rules.h"
#include "user_rules.h"
#include "user_v1_account.h"
#include "user_v1_settings.h"

static const bk_input_row_t mail_members[] = {{.name = "confirmations", .kind = BK_INPUT_BOOL},
                                              {.name = "reminders", .kind = BK_INPUT_BOOL},
                                              {NULL}};

/* What an answer has beside is taken back, and not looked at. */
const bk_input_row_t user_v1_me_members[] = {
    {.name = "displayName", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, USER_PEOPLE_RULES_NAME)},
    {.name = "email", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, USER_RULES_EMAIL_MOST)},
    {.name = "language", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE, .min = 2, .max = 35},
    {.name = "timeZone", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, 64)},
    {.name = "mail", .kind = BK_INPUT_OBJECT, .rows = mail_members},
    {.name = "favourites",
     .kind = BK_INPUT_ID,
     .flags = BK_INPUT_LIST,
     .most = USER_V1_SETTINGS_FAVOURITES},
    BK_INPUT_GIVEN_BACK("id"),
    BK_INPUT_GIVEN_BACK("login"),
    BK_INPUT_GIVEN_BACK("name"),
    BK_INPUT_GIVEN_BACK("role"),
    BK_INPUT_GIVEN_BACK("groups"),
    BK_INPUT_GIVEN_BACK("createdAt"),
    BK_INPUT_GIVEN_BACK("changedAt"),
    BK_INPUT_GIVEN_BACK("version"),
    {NULL}};

int user_v1_me_get(bk_request_t *request)
{
    const char *body;
    apr_size_t len;
    user_v1_t user;
    int result = user_v1_account_find(request, &user);

    if (result != BK_CONTINUE) {
        return result;
    }
    body = user_v1_account_text(&user, &len, request->r->pool);
    return bk_representation_answer_version(request, user.version, body, len);
}

/* ---- changing it --------------------------------------------------------------------------------
 */

/* A language tag: groups of letters and digits, joined by hyphens. */
static int is_language(const char *tag)
{
    apr_size_t len;

    if (!apr_isalpha(*tag)) {
        return 0;
    }
    for (; *tag; tag += len + (tag[len] == '-')) {
        for (len = 0; apr_isalnum(tag[len]); len++) {
        }
        if (len == 0 || len > 8 || (tag[len] && tag[len] != '-') ||
            (tag[len] == '-' && !tag[len + 1])) {
            return 0;
        }
    }
    return 1;
}

/* The form of an IANA name. Which zones there are is for those to know who reckon with them. */
static int is_zone(const char *zone)
{
    return apr_isalpha(*zone) && !strstr(zone, "//") && !strstr(zone, "..") &&
           zone[strspn(zone,
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/")] ==
               '\0' &&
           zone[strlen(zone) - 1] != '/';
}

static void add_wrong(bk_faults_t *faults, const char *member, const char *wrong)
{
    if (wrong) {
        bk_fault_add_value(faults, member, wrong);
    }
}

/* What the table of members cannot say. @return BK_CONTINUE; else the request's result */
static int check_members(bk_request_t *request)
{
    const char *email = bk_input_text(request->input, "email", NULL);
    const char *name = bk_input_text(request->input, "displayName", NULL);
    const char *language = bk_input_text(request->input, "language", NULL);
    const char *zone = bk_input_text(request->input, "timeZone", NULL);
    bk_faults_t faults;

    bk_fault_none(&faults, request->r->pool);
    add_wrong(&faults, "displayName", name ? user_people_rules_display_name(name) : NULL);
    add_wrong(&faults, "email", email ? user_rules_email(email, strlen(email)) : NULL);
    if (language && !is_language(language)) {
        bk_fault_add_value(&faults, "language",
                           "A language must be a tag such as en, fi or pt-BR (RFC 5646)");
    }
    if (zone && !is_zone(zone)) {
        bk_fault_add_value(&faults, "timeZone",
                           "A time zone must be a name such as Europe/Helsinki");
    }
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}

static int answer_changed(bk_request_t *request)
{
    const char *body;
    apr_size_t len;
    user_v1_t user;
    int result = user_v1_account_find(request, &user);

    if (result != BK_CONTINUE) {
        return result;
    }
    bk_audit(request, "BK0385: event=profile", user.id, user.id, NULL);
    body = user_v1_account_text(&user, &len, request->r->pool);
    return bk_representation_changed(request, user.version, body, len);
}

static apr_status_t find_changed(bk_request_t *request, void *data)
{
    const user_v1_t *wanted = data;
    user_v1_t user;
    apr_status_t rv =
        user_v1_verbs(request)->find(request->handle, wanted->id, &user, request->r->pool);

    return rv == APR_SUCCESS && user.changed != wanted->changed ? APR_NOTFOUND : rv;
}

static void apply(const bk_input_t *input, user_v1_t *user, apr_pool_t *p)
{
    (void)bk_input_patch_text(input, "displayName", &user->display_name, NULL);
    (void)bk_input_patch_text(input, "email", &user->email, NULL);
    (void)bk_input_patch_text(input, "language", &user->language, NULL);
    (void)bk_input_patch_text(input, "timeZone", &user->time_zone, NULL);
    user_v1_settings_apply(input, user, p);
}

/* Find one's account, in the version that If-Match asks for.
 * @return BK_CONTINUE; else the handler's result */
static int find_matching(bk_request_t *request, user_v1_t *user)
{
    int result = user_v1_account_find(request, user);

    return result == BK_CONTINUE ? bk_representation_check_version(request, user->version) : result;
}

static int try_change(bk_request_t *request, void *unused)
{
    user_v1_t user;
    apr_status_t rv;
    int result = find_matching(request, &user);

    if (result != BK_CONTINUE) {
        return result;
    }
    apply(request->input, &user, request->r->pool);
    user.changed = apr_time_now();
    rv = user_v1_verbs(request)->update(request->handle, &user, user.changed);
    rv = bk_settle(request, rv, find_changed, &user);
    if (rv == USER_VERSION_MISMATCH) {
        return BK_CONTINUE;
    }
    bk_cache_forget_owned(request, user.id); /* it has the displayed name */
    return rv == APR_SUCCESS ? answer_changed(request) : bk_store_failed(request, rv);
}

int user_v1_me_change(bk_request_t *request)
{
    int result = check_members(request);

    return result == BK_CONTINUE ? bk_again(request, BK_AGAIN_MOST, try_change, NULL) : result;
}

/* ---- deleting it --------------------------------------------------------------------------------
 */

static apr_status_t find_nobody(bk_request_t *request, void *unused)
{
    user_v1_t user;
    apr_status_t rv =
        user_v1_verbs(request)->find(request->handle, request->caller.id, &user, request->r->pool);

    return rv == APR_SUCCESS ? APR_NOTFOUND : rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

/* What If-Match was compared with is what is deleted: whoever changes it meanwhile makes it be
 * compared again. */
static int try_delete(bk_request_t *request, void *unused)
{
    user_v1_t user;
    apr_status_t rv;
    int result = find_matching(request, &user);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = user_people_verbs(request)->remove(request->handle, user.id, user.version, 1);
    rv = bk_settle(request, rv, find_nobody, NULL);
    if (rv == USER_VERSION_MISMATCH) {
        return BK_CONTINUE;
    }
    bk_cache_forget_owned(request, request->caller.id);
    if (rv == USER_LAST_ADMIN) {
        return bk_answer_problem(request, &bk_problem_last_admin, NULL);
    }
    if (rv != APR_SUCCESS && rv != APR_NOTFOUND) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0386: event=delete-user", request->caller.id, request->caller.id, NULL);
    if (request->caller.by_cookie) {
        bk_cookie_clear(request->r);
    }
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

int user_v1_me_delete(bk_request_t *request)
{
    return bk_again(request, BK_AGAIN_MOST, try_delete, NULL);
}
