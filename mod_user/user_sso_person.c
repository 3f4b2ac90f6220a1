#include "user_sso_person.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_core.h>

#include "bk_answer_v1.h"
#include "bk_name.h"
#include "bk_text.h"
#include "user_rules.h"

#define DISPLAY_NAME_CHARS 200

/* The name of the note that httpd has authenticated a request's user. A request has notes of its
 * own, after a redirect too. */
#define AUTHENTICATED "bookable-authenticated"

/* ---- has httpd authenticated anybody? -----------------------------------------------------------
 */

/* httpd runs this hook for a request if it requires a user for the path, and after a module has
 * authenticated one. It does not for a request that a redirect within one section leads to: that
 * one only inherits the user's name, even of somebody whose password was wrong. */
int user_sso_person_note(request_rec *r)
{
    apr_table_setn(r->notes, AUTHENTICATED, "");
    return DECLINED;
}

/* Some modules (mod_auth_mellon) authenticate in an earlier phase, after which httpd needs no user
 * any more. Then it is asked whether it would require one, if there was none. */
static int is_required(request_rec *r)
{
    char *user = r->user;
    int result;

    if (r->prev || r->main || ap_satisfies(r) == SATISFY_ANY) {
        return 0;
    }
    r->user = NULL;
    result = ap_run_access_checker_ex(r);
    r->user = user;
    return result == DECLINED;
}

/* What is wrong with the authentication of a request. @return NULL: nothing */
static const char *wrong_with(request_rec *r)
{
    if (!r->user || !*r->user || !r->ap_auth_type) {
        return "httpd has authenticated nobody: is there an AuthType for the path?";
    }
    if (!apr_table_get(r->notes, AUTHENTICATED) && !is_required(r)) {
        return "httpd requires no user for the path, or another request led to it: is there a "
               "Require?";
    }
    return NULL;
}

/* ---- texts --------------------------------------------------------------------------------------
 */

static void log_failure(request_rec *r, const char *wrong)
{
    ap_log_rerror(BK_MARK, APLOG_ERR, 0, r,
                  "BK0443: an expression of UserSSO cannot be evaluated: %s",
                  wrong ? wrong : "it has no value");
}

/* The value of an expression. @return NULL: it has none, or one that is no text */
static const char *evaluate(request_rec *r, const ap_expr_info_t *expression)
{
    const char *wrong = NULL, *text = ap_expr_str_exec(r, expression, &wrong);

    if (wrong || !text) {
        log_failure(r, wrong);
        return NULL;
    }
    return *text && bk_text_is_utf8(text) && !bk_text_has_control(text, strlen(text)) ? text : NULL;
}

/* Evaluate an expression that may not be set. @param otherwise  returned where it is not */
static const char *text_of(request_rec *r, const ap_expr_info_t *expression, const char *otherwise)
{
    return expression ? evaluate(r, expression) : otherwise;
}

/* The login that is said: names of users here are no other ones than elsewhere. */
static const char *login_of(request_rec *r, const user_sso_conf_t *conf)
{
    static const char *const none[] = {NULL};
    const char *login = text_of(r, conf->login, r->user);

    return login && !user_rules_new_name(&login, none, 1, r->pool) ? login : NULL;
}

static const char *display_name_of(request_rec *r, const user_sso_conf_t *conf)
{
    const char *name = text_of(r, conf->display_name, NULL);

    return name && bk_text_chars(name, strlen(name)) <= DISPLAY_NAME_CHARS &&
                   bk_name_normalise(&name, name, r->pool) == APR_SUCCESS && !bk_name_wrong(name)
               ? name
               : NULL;
}

static const char *mail_of(request_rec *r, const user_sso_conf_t *conf)
{
    const char *mail = text_of(r, conf->mail, NULL);

    return mail && !user_rules_email(mail, strlen(mail)) ? mail : NULL;
}

/* ---- groups and the role ------------------------------------------------------------------------
 */

static const user_sso_groups_t *groups_of(request_rec *r, const user_sso_conf_t *conf)
{
    user_sso_groups_t *groups;
    const char *list;

    if (!conf->groups) {
        return NULL;
    }
    list = evaluate(r, conf->groups);
    groups = apr_palloc(r->pool, sizeof(*groups));
    user_sso_groups_read(groups, list ? list : "", conf->separator, conf->map, r->pool);
    if (groups->invalid || groups->surplus) {
        ap_log_rerror(
            BK_MARK, APLOG_WARNING, 0, r,
            "BK0442: of the groups of who has signed on, %d have names that no group here "
            "can have, and %d are more than a person may have: UserSSOGroupMap chooses",
            groups->invalid, groups->surplus);
    }
    return groups;
}

static int role_of(request_rec *r, const user_sso_conf_t *conf)
{
    const char *wrong = NULL;
    int result;

    if (!conf->admin) {
        return -1;
    }
    result = ap_expr_exec(r, conf->admin, &wrong);
    if (result < 0) {
        log_failure(r, wrong);
    }
    return result < 0 ? -1 : result;
}

/* ---- refusals -----------------------------------------------------------------------------------
 */

int user_sso_person_refuse(bk_request_t *request, const char *detail)
{
    request_rec *r = request->r;
    const char *page = r->method_number == M_GET
                           ? ap_response_code_string(r, ap_index_of_response(HTTP_FORBIDDEN))
                           : NULL;

    /* A text of ErrorDocument begins with a quote. */
    if (!page || (*page != '/' && !ap_is_url(page))) {
        return bk_answer_problem(request, &bk_problem_forbidden, detail);
    }
    apr_table_setn(r->headers_out, "Location", page);
    return bk_answer_empty(request, HTTP_SEE_OTHER);
}

/* ---- all of it ----------------------------------------------------------------------------------
 */

/* What is wrong with an identity. @return NULL: nothing */
static const char *wrong_identity(const char *identity)
{
    if (strlen(identity) > USER_SSO_PERSON_IDENTITY_MOST) {
        return "it has more than 255 bytes";
    }
    if (!bk_text_is_utf8(identity) || bk_text_has_control(identity, strlen(identity))) {
        return "it is no text, or has control characters";
    }
    return NULL;
}

/* Find out the identity. */
static int read_identity(bk_request_t *request, const char **identity)
{
    const user_sso_conf_t *conf = &user_config_of(request->conf)->sso;
    request_rec *r = request->r;
    const char *wrong = NULL;

    *identity = conf->identity ? ap_expr_str_exec(r, conf->identity, &wrong) : r->user;
    if (wrong || !*identity || !**identity) {
        ap_log_rerror(BK_MARK, APLOG_ERR, 0, r,
                      "BK0444: nobody is signed on: UserSSOIdentity has no value for user '%s'%s%s",
                      ap_escape_logitem(r->pool, r->user), wrong ? ": " : "", wrong ? wrong : "");
        return bk_answer_problem(request, &bk_problem_internal, NULL);
    }
    wrong = wrong_identity(*identity);
    if (wrong) {
        ap_log_rerror(
            BK_MARK, APLOG_ERR, 0, r,
            "BK0406: nobody is signed on: the value of UserSSOIdentity cannot be kept: %s", wrong);
        return user_sso_person_refuse(request, "The identity cannot be kept");
    }
    return BK_CONTINUE;
}

int user_sso_person_read(bk_request_t *request, user_sso_person_t *person)
{
    const user_sso_conf_t *conf = &user_config_of(request->conf)->sso;
    request_rec *r = request->r;
    const char *wrong = wrong_with(r);
    int result;

    memset(person, 0, sizeof(*person));
    if (wrong) {
        ap_log_rerror(BK_MARK, APLOG_ERR, 0, r, "BK0440: nobody is signed on at %s: %s", r->uri,
                      wrong);
        return bk_answer_problem(request, &bk_problem_internal, NULL);
    }
    result = read_identity(request, &person->identity);
    if (result == BK_CONTINUE) {
        person->login = login_of(r, conf);
        person->display_name = display_name_of(r, conf);
        person->mail = mail_of(r, conf);
        person->groups = groups_of(r, conf);
        person->is_admin = role_of(r, conf);
    }
    return result;
}
