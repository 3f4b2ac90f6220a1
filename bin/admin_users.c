#include "admin_users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "admin_database.h"
#include "admin_people.h"
#include "admin_password.h"
#include "bk_text.h"
#include "user_people_rules.h"
#include "user_rules.h"
#include "user_store.h"

#define SESSION apr_time_from_sec(3600)

static int report(bk_db_t *db, apr_status_t rv)
{
    return rv == APR_NOTFOUND ? admin_fail("there is no user of this id", NULL)
                              : admin_database_report(db, rv);
}

static int read_role(const char *role, int *is_admin)
{
    *is_admin = role && strcmp(role, "admin") == 0;
    return *is_admin || (role && strcmp(role, "member") == 0)
               ? EXIT_SUCCESS
               : admin_fail("a role is either admin or member", NULL);
}

int admin_users_add(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                    apr_pool_t *p)
{
    user_t user = {.name = settings->name, .email = settings->email};
    const char *wrong;
    apr_status_t rv;

    if (read_role(settings->role, &user.is_admin) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    wrong = user.name ? user_rules_new_name(&user.name, user_rules_reserved, user.is_admin, p)
                      : "--name is required";
    if (!wrong && user.email) {
        wrong = user_rules_email(user.email, strlen(user.email));
    }
    if (wrong) {
        return admin_fail(wrong, NULL);
    }
    if (admin_password_hash(&user.password_hash, settings, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    user.session_start = apr_time_now();
    user.session_end = user.session_start + SESSION;
    rv = user_rules_insert(&user_store_dbd, db, &user, 0);
    if (rv == APR_SUCCESS) {
        printf("%" APR_INT64_T_FMT "\n", user.id);
    }
    return report(db, rv);
}

static int read_id(const char *text, apr_int64_t *id)
{
    return text && bk_text_id(text, id) ? EXIT_SUCCESS
                                        : admin_fail("a user id is a positive integer", NULL);
}

int admin_users_grant(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                      apr_pool_t *p)
{
    apr_int64_t id;
    int is_admin;

    if (read_id(words[1], &id) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (strcmp(words[2], "auditor") == 0) {
        return admin_people_make_auditor(db, words[1], p);
    }
    if (read_role(words[2], &is_admin) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    return report(db, user_store_dbd.set_admin(db, id, is_admin, 0));
}

static int find_user(bk_db_t *db, const char *word, user_t *user, apr_pool_t *p)
{
    apr_int64_t id;

    return read_id(word, &id) == EXIT_SUCCESS ? report(db, user_store_dbd.find(db, id, user, p))
                                              : EXIT_FAILURE;
}

int admin_users_password(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                         apr_pool_t *p)
{
    const char *hash;
    user_t user;

    if (find_user(db, words[1], &user, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (admin_password_hash(&hash, settings, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    return report(db, user_store_dbd.set_password(db, user.id, NULL, hash));
}

int admin_users_rename(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                       apr_pool_t *p)
{
    const char *name = words[2], *wrong;
    user_t user;

    if (find_user(db, words[1], &user, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    wrong = user_rules_new_name(&name, user_rules_reserved, user.is_admin, p);
    return wrong ? admin_fail(wrong, NULL)
                 : report(db, user_store_dbd.rename(db, user.id, name, 0));
}

static int set_disabled(bk_db_t *db, const char *id_text, int is_disabled)
{
    apr_int64_t id;

    return read_id(id_text, &id) == EXIT_SUCCESS
               ? report(db, user_store_dbd.set_disabled(db, id, is_disabled, 0))
               : EXIT_FAILURE;
}

int admin_users_disable(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                        apr_pool_t *p)
{
    return set_disabled(db, words[1], 1);
}

int admin_users_enable(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                       apr_pool_t *p)
{
    return set_disabled(db, words[1], 0);
}

int admin_users_delete(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                       apr_pool_t *p)
{
    apr_int64_t id;

    return read_id(words[1], &id) == EXIT_SUCCESS ? report(db, user_store_dbd.remove(db, id, 0))
                                                  : EXIT_FAILURE;
}

static apr_status_t print_user(void *baton, const user_person_t *person)
{
    const user_v1_t *user = &person->account;

    printf("%" APR_INT64_T_FMT "\t%s\t%s%s\n", user->id, user_people_rules_role(user), user->name,
           user->is_disabled ? "\tdisabled" : "");
    return APR_SUCCESS;
}

int admin_users_list(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                     apr_pool_t *p)
{
    return report(db, user_people_dbd.each(db, print_user, NULL, p));
}
