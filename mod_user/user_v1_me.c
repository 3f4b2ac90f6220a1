#include "user_v1_me.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_cache.h"
#include "bk_cookie.h"
#include "bk_representation.h"
#include "bk_settle.h"
#include "user_login.h"
#include "user_rules.h"

#define FAVOURITES_MOST 100
#define EMAIL_MOST 254

/* Rows of a page of tokens, in the export. */
#define PAGE 200

static const bk_input_row_t mail_members[] = {{.name = "confirmations", .kind = BK_INPUT_BOOL},
                                              {.name = "reminders", .kind = BK_INPUT_BOOL},
                                              {NULL}};

/* What an answer has beside is taken back, and not looked at. */
const bk_input_row_t user_v1_me_members[] = {
    {.name = "displayName", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, 100)},
    {.name = "email", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, EMAIL_MOST)},
    {.name = "language", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE, .min = 2, .max = 35},
    {.name = "timeZone", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, 64)},
    {.name = "mail", .kind = BK_INPUT_OBJECT, .rows = mail_members},
    {.name = "favourites", .kind = BK_INPUT_ID, .flags = BK_INPUT_LIST, .most = FAVOURITES_MOST},
    BK_INPUT_GIVEN_BACK("id"),
    BK_INPUT_GIVEN_BACK("login"),
    BK_INPUT_GIVEN_BACK("name"),
    BK_INPUT_GIVEN_BACK("role"),
    BK_INPUT_GIVEN_BACK("groups"),
    BK_INPUT_GIVEN_BACK("createdAt"),
    BK_INPUT_GIVEN_BACK("changedAt"),
    BK_INPUT_GIVEN_BACK("version"),
    {NULL}};

const bk_input_row_t user_v1_me_password_members[] = {
    {.name = "currentPassword", BK_INPUT_TEXT_OF(BK_INPUT_REQUIRED, 1000)},
    {.name = "newPassword", BK_INPUT_TEXT_OF(BK_INPUT_REQUIRED, 1000)},
    {NULL}};

/* ---- what a person has chosen -------------------------------------------------------------------
 */

/* The column settings: {"mail":{"confirmations":true,"reminders":true},"favourites":[...]}. */
typedef struct settings_t {
    int confirmations, reminders; /* whether the person wants such mail */
    const char *const *favourites;
    apr_size_t count;
} settings_t;

static int flag_of(const bk_json_t *object, const char *name)
{
    const bk_json_value_t *value = bk_json_member(object, name);

    return !value || value->kind != BK_JSON_BOOL || value->number;
}

static void read_favourites(settings_t *settings, const bk_json_t *list, apr_pool_t *p)
{
    const char **ids = apr_palloc(p, (list->count + 1) * sizeof(*ids));
    apr_size_t i;

    settings->count = 0;
    for (i = 0; i < list->count; i++) {
        if (list->members[i].kind == BK_JSON_TEXT) {
            ids[settings->count++] = list->members[i].text;
        }
    }
    settings->favourites = ids;
}

/* Who has chosen nothing gets all mail, and has no favourites. */
static settings_t read_settings(const user_v1_t *user, apr_pool_t *p)
{
    settings_t settings = {1, 1, NULL, 0};
    const bk_json_value_t *member;
    const bk_json_t *object;
    const char *why;

    if (!user->settings ||
        bk_json_parse(&object, user->settings, strlen(user->settings), &why, p) != BK_JSON_PARSED) {
        return settings;
    }
    member = bk_json_member(object, "mail");
    if (member && member->kind == BK_JSON_OBJECT) {
        settings.confirmations = flag_of(member->nested, "confirmations");
        settings.reminders = flag_of(member->nested, "reminders");
    }
    member = bk_json_member(object, "favourites");
    if (member && member->kind == BK_JSON_ARRAY) {
        read_favourites(&settings, member->nested, p);
    }
    return settings;
}

static void write_settings(bk_json_text_t *text, const settings_t *settings)
{
    apr_size_t i;

    bk_json_text_object(text, "mail");
    bk_json_text_bool(text, "confirmations", settings->confirmations);
    bk_json_text_bool(text, "reminders", settings->reminders);
    bk_json_text_object_end(text);
    bk_json_text_array(text, "favourites");
    for (i = 0; i < settings->count; i++) {
        bk_json_text_string(text, NULL, settings->favourites[i]);
    }
    bk_json_text_array_end(text);
}

/* ---- the representation -------------------------------------------------------------------------
 */

static void write_account(bk_json_text_t *text, const user_v1_t *user)
{
    const settings_t settings = read_settings(user, text->p);

    user_session_write_user(text, user);
    bk_json_text_string(text, "email", user->email);
    bk_json_text_string(text, "language", user->language);
    bk_json_text_string(text, "timeZone", user->time_zone);
    write_settings(text, &settings);
    user_session_write_time(text, "createdAt", user->created);
    user_session_write_time(text, "changedAt", user->changed);
    bk_json_text_int(text, "version", user->version);
}

static const char *text_of(const user_v1_t *user, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    write_account(&text, user);
    return bk_json_text_end(&text, len);
}

static int find_own(bk_request_t *request, user_v1_t *user)
{
    apr_status_t rv =
        user_v1_verbs(request)->find(request->handle, request->caller.id, user, request->r->pool);

    if (rv == APR_SUCCESS) {
        return BK_CONTINUE;
    }
    return rv == APR_NOTFOUND ? bk_answer_problem(request, &bk_problem_not_signed_in, NULL)
                              : bk_store_failed(request, rv);
}

int user_v1_me_get(bk_request_t *request)
{
    const char *body;
    apr_size_t len;
    user_v1_t user;
    int result = find_own(request, &user);

    if (result != BK_CONTINUE) {
        return result;
    }
    body = text_of(&user, &len, request->r->pool);
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
    add_wrong(&faults, "displayName", name ? user_rules_name(name, strlen(name)) : NULL);
    add_wrong(&faults, "email", email ? user_rules_email(email, strlen(email)) : NULL);
    if (language && !is_language(language)) {
        bk_fault_add_value(&faults, "language",
                           "A language is a tag such as en, fi or pt-BR (RFC 5646)");
    }
    if (zone && !is_zone(zone)) {
        bk_fault_add_value(&faults, "timeZone", "A time zone is a name such as Europe/Helsinki");
    }
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}

static void apply_settings(const bk_input_t *input, user_v1_t *user, apr_pool_t *p)
{
    const bk_input_field_t *favourites = bk_input_field(input, "favourites");
    const bk_input_field_t *field = bk_input_field(input, "mail");
    const bk_input_t *mail = field->state == BK_INPUT_GIVEN ? bk_input_object(input, "mail") : NULL;
    settings_t settings = read_settings(user, p);
    bk_json_text_t text;
    apr_size_t i, len;

    if (field->state == BK_INPUT_NULL) {
        settings.confirmations = settings.reminders = 1;
    }
    if (mail) {
        settings.confirmations =
            (int)bk_input_number(mail, "confirmations", settings.confirmations);
        settings.reminders = (int)bk_input_number(mail, "reminders", settings.reminders);
    }
    if (favourites->state != BK_INPUT_ABSENT) {
        const char **ids = apr_palloc(p, (favourites->count + 1) * sizeof(*ids));

        settings.count = favourites->state == BK_INPUT_GIVEN ? favourites->count : 0;
        for (i = 0; i < settings.count; i++) {
            ids[i] = favourites->values[i].text;
        }
        settings.favourites = ids;
    }
    bk_json_text_begin(&text, p);
    write_settings(&text, &settings);
    user->settings = bk_json_text_end(&text, &len);
}

static int answer_changed(bk_request_t *request)
{
    const char *body;
    apr_size_t len;
    user_v1_t user;
    int result = find_own(request, &user);

    if (result != BK_CONTINUE) {
        return result;
    }
    bk_audit(request, "BK0385: event=profile", user.id, user.id, NULL);
    body = text_of(&user, &len, request->r->pool);
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
    apply_settings(input, user, p);
}

static int try_change(bk_request_t *request, void *unused)
{
    user_v1_t user;
    apr_status_t rv;
    int result = find_own(request, &user);

    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, user.version);
    }
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

int user_v1_me_delete(bk_request_t *request)
{
    apr_status_t rv = user_verbs(request)->remove(request->handle, request->caller.id, 1);

    rv = bk_settle(request, rv, find_nobody, NULL);
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

/* ---- the password -------------------------------------------------------------------------------
 */

static int check_current(bk_request_t *request, user_t *user)
{
    int right;
    int result = user_login_check(request, user, NULL,
                                  bk_input_text(request->input, "currentPassword", ""), &right);

    if (result == BK_CONTINUE && !right) {
        user_login_failed(request, user->id, "wrong-password");
        return bk_answer_problem(request, &bk_problem_bad_credentials,
                                 "The current password is another one");
    }
    return result;
}

static apr_status_t find_hash(bk_request_t *request, void *hash)
{
    user_v1_t user;
    apr_status_t rv =
        user_v1_verbs(request)->find(request->handle, request->caller.id, &user, request->r->pool);

    return rv == APR_SUCCESS && strcmp(user.password_hash, hash) != 0 ? APR_NOTFOUND : rv;
}

/* @return the request's result; BK_CONTINUE: the password was changed meanwhile */
static int store_password(bk_request_t *request, const char *was, const char *hash)
{
    apr_status_t rv = user_v1_verbs(request)->set_password(request->handle, request->caller.id, was,
                                                           hash, user_login_token(request));

    rv = bk_settle(request, rv, find_hash, (void *)hash);
    if (rv == APR_EMISMATCH) {
        return BK_CONTINUE;
    }
    bk_cache_forget_owned(request, request->caller.id);
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_audit(request, "BK0387: event=password", request->caller.id, request->caller.id, NULL);
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

static int hash_password(bk_request_t *request, const char *password, const char **hash)
{
    int result =
        user_login_hash(request, user_config_of(request->conf), USER_HASH_LOG_IN, password, hash);

    return result == BK_CONTINUE ? bk_store_acquire(request) : result;
}

/* The password that is to be set. */
typedef struct new_password_t {
    const char *text;
    const char *hash; /* NULL: it was not needed yet */
} new_password_t;

static int try_password(bk_request_t *request, void *baton)
{
    new_password_t *password = baton;
    user_v1_t user;
    user_t base;
    int result = find_own(request, &user);

    if (result == BK_CONTINUE) {
        base = (user_t){.id = user.id, .password_hash = user.password_hash};
        result = check_current(request, &base);
    }
    if (result == BK_CONTINUE && !password->hash) {
        result = hash_password(request, password->text, &password->hash);
    }
    return result == BK_CONTINUE ? store_password(request, base.password_hash, password->hash)
                                 : result;
}

int user_v1_me_password(bk_request_t *request)
{
    const user_conf_t *conf = user_config_of(request->conf);
    new_password_t password = {bk_input_text(request->input, "newPassword", ""), NULL};
    const char *wrong = user_rules_password(password.text, conf->password_minimum,
                                            conf->password_list, request->r->pool);

    return wrong ? bk_answer_wrong_member(request, "newPassword", wrong)
                 : bk_again(request, USER_LOGIN_ATTEMPTS, try_password, &password);
}

/* ---- the export ---------------------------------------------------------------------------------
 */

typedef struct exporting_t {
    bk_request_t *request;
    bk_json_text_t text;
    apr_int64_t last; /* id of the last token that was written */
    int count;        /* of the page */
} exporting_t;

static apr_status_t export_token(void *baton, const user_token_t *token)
{
    exporting_t *exporting = baton;
    bk_json_text_t *text = &exporting->text;

    bk_json_text_object(text, NULL);
    bk_json_text_id(text, "id", token->id);
    bk_json_text_string(text, "label", token->label);
    bk_json_text_string(text, "prefix", token->prefix);
    bk_json_text_string(text, "scopes", token->scopes);
    bk_json_text_raw(text, "spaces", token->spaces ? token->spaces : "null",
                     token->spaces ? strlen(token->spaces) : 4);
    user_session_write_time(text, "createdAt", token->opened);
    user_session_write_time(text, "lastUsedAt", token->seen);
    user_session_write_time(text, "expiresAt", token->expires);
    user_session_write_time(text, "endsAt", token->ends);
    bk_json_text_string(text, "userAgent", token->agent);
    bk_json_text_object_end(text);
    exporting->last = token->id;
    exporting->count++;
    return APR_SUCCESS;
}

static apr_status_t export_tokens(exporting_t *exporting, const char *name, user_token_kind_t kind)
{
    bk_request_t *request = exporting->request;
    apr_status_t rv;

    exporting->last = 0;
    bk_json_text_array(&exporting->text, name);
    do {
        exporting->count = 0;
        rv = user_v1_verbs(request)->each_token(request->handle, request->caller.id, kind,
                                                apr_time_now(), exporting->last, PAGE, export_token,
                                                exporting, request->r->pool);
    } while (rv == APR_SUCCESS && exporting->count == PAGE);
    bk_json_text_array_end(&exporting->text);
    return rv;
}

static apr_status_t export_group(void *baton, const char *name, const char *source)
{
    bk_json_text_t *text = baton;

    bk_json_text_object(text, NULL);
    bk_json_text_string(text, "name", name);
    bk_json_text_string(text, "source", source);
    bk_json_text_object_end(text);
    return APR_SUCCESS;
}

static apr_status_t export_groups(exporting_t *exporting)
{
    bk_request_t *request = exporting->request;
    apr_status_t rv;

    bk_json_text_array(&exporting->text, "groups");
    rv = user_v1_verbs(request)->each_group(request->handle, request->caller.id, export_group,
                                            &exporting->text, request->r->pool);
    bk_json_text_array_end(&exporting->text);
    return rv;
}

int user_v1_me_export(bk_request_t *request)
{
    exporting_t exporting = {.request = request};
    const char *body;
    apr_size_t len;
    user_v1_t user;
    apr_status_t rv;
    int result = find_own(request, &user);

    if (result != BK_CONTINUE) {
        return result;
    }
    bk_json_text_begin(&exporting.text, request->r->pool);
    bk_json_text_object(&exporting.text, "account");
    write_account(&exporting.text, &user);
    bk_json_text_string(&exporting.text, "identity", user.identity);
    user_session_write_time(&exporting.text, "signedOnAt", user.signed_on);
    bk_json_text_object_end(&exporting.text);
    rv = export_groups(&exporting);
    if (rv == APR_SUCCESS) {
        rv = export_tokens(&exporting, "sessions", USER_TOKEN_SESSION);
    }
    if (rv == APR_SUCCESS) {
        rv = export_tokens(&exporting, "tokens", USER_TOKEN_API);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    body = bk_json_text_end(&exporting.text, &len);
    apr_table_setn(request->r->headers_out, "Content-Disposition",
                   "attachment; filename=\"bookable-account.json\"");
    return bk_answer_json_text(request, HTTP_OK, body, len);
}
