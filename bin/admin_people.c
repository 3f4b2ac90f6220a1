#include "admin_people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "admin.h"
#include "admin_database.h"
#include "admin_lines.h"
#include "bk_text.h"
#include "user_people_rules.h"
#include "user_rules.h"

#define ATTEMPTS 20

int admin_people_report(bk_db_t *db, apr_status_t rv)
{
    switch (rv) {
    case APR_NOTFOUND:
        return admin_fail("there is no such user", NULL);
    case APR_EEXIST:
        return admin_fail("another user has this identity", NULL);
    case USER_LOGIN_TAKEN:
        return admin_fail("another user has this login", NULL);
    case USER_NO_GROUP:
        return admin_fail("there is no such group", NULL);
    case USER_TOO_MANY_GROUPS:
        return admin_fail("nobody can be in more than 64 groups", NULL);
    case USER_VERSION_MISMATCH:
        return admin_fail("others change the same all the time: try again", NULL);
    default:
        return admin_database_report(db, rv);
    }
}

int admin_people_find(bk_db_t *db, const char *user, apr_int64_t *id, apr_pool_t *p)
{
    const char *key;
    user_v1_t account;
    apr_status_t rv;

    if (bk_text_id(user, id)) {
        return EXIT_SUCCESS;
    }
    if (user_store_v1_key(&key, user, p) != APR_SUCCESS) {
        return admin_fail("there is no such user", NULL);
    }
    rv = user_store_v1_dbd.find_login(db, key, &account, p);
    if (rv == APR_NOTFOUND) {
        return admin_fail("there is no user of this id or login", user);
    }
    *id = account.id;
    return admin_people_report(db, rv);
}

int admin_people_change(bk_db_t *db, const char *user, admin_people_apply_t *apply,
                        const char *what, apr_pool_t *p)
{
    apr_status_t rv = USER_VERSION_MISMATCH;
    apr_int64_t id;
    int attempts;

    if (admin_people_find(db, user, &id, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    for (attempts = 0; rv == USER_VERSION_MISMATCH && attempts < ATTEMPTS; attempts++) {
        user_person_t person = {{0}};
        const char *const *groups = NULL;
        const char *wrong;

        rv = user_people_dbd.find(db, id, &person, p);
        if (rv != APR_SUCCESS) {
            break;
        }
        wrong = apply(&person, &groups, what, p);
        if (wrong) {
            return admin_fail(wrong, NULL);
        }
        person.account.changed = apr_time_now();
        rv = user_people_dbd.change(db, &person.account, groups, 0);
    }
    return admin_people_report(db, rv);
}

static const char *set_role(user_person_t *person, const char *const **groups, const char *role,
                            apr_pool_t *p)
{
    return user_people_rules_set_role(&person->account, role) ? NULL : "there is no such role";
}

int admin_people_make_auditor(bk_db_t *db, const char *user, apr_pool_t *p)
{
    return admin_people_change(db, user, set_role, "auditor", p);
}

int admin_people_add_service(bk_db_t *db, const char *const *words,
                             const admin_settings_t *settings, apr_pool_t *p)
{
    static const char *const nowhere[] = {NULL};
    user_v1_t account = {.is_service = 1, .password_hash = "", .created = apr_time_now()};
    const char *wrong = "--name is required";
    apr_status_t rv;

    if (settings->role && !user_people_rules_set_role(&account, settings->role)) {
        return admin_fail("a role is one of admin, auditor and member", NULL);
    }
    if (settings->name) {
        wrong = user_people_rules_set_login(&account, settings->name, user_rules_reserved, p);
    }
    if (wrong) {
        return admin_fail(wrong, NULL);
    }
    account.name = account.login;
    account.changed = account.created;
    rv = user_people_rules_add(&user_people_dbd, db, &account, nowhere);
    if (rv == APR_SUCCESS) {
        printf("%" APR_INT64_T_FMT "\n", account.id);
    }
    return admin_people_report(db, rv);
}

static const char *set_login(user_person_t *person, const char *const **groups, const char *login,
                             apr_pool_t *p)
{
    return user_people_rules_set_login(&person->account, login, user_rules_reserved, p);
}

int admin_people_login(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                       apr_pool_t *p)
{
    return admin_people_change(db, words[1], set_login, words[2], p);
}

/* ---- identities ---------------------------------------------------------------------------------
 */

static const char *set_identity(user_person_t *person, const char *const **groups,
                                const char *identity, apr_pool_t *p)
{
    person->account.identity = identity;
    return identity ? user_people_rules_identity(identity) : NULL;
}

int admin_people_link(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                      apr_pool_t *p)
{
    return admin_people_change(db, words[1], set_identity, words[2], p);
}

int admin_people_unlink(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                        apr_pool_t *p)
{
    return admin_people_change(db, words[1], set_identity, NULL, p);
}

/* A line of a file: a user, a tabulator, an identity. */
static int link_line(void *baton, char *line, apr_pool_t *p)
{
    char *identity = strchr(line, '\t');

    if (!identity) {
        return admin_fail("a line has a user, a tabulator and an identity", line);
    }
    *identity++ = '\0';
    return admin_people_change(baton, line, set_identity, identity, p);
}

int admin_people_link_all(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                          apr_pool_t *p)
{
    return settings->from ? admin_lines_each(settings->from, link_line, db, p)
                          : admin_fail("--from is required, or a user and an identity", NULL);
}
