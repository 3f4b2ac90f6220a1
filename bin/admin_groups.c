#include "admin_groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <apr_tables.h>

#include "admin.h"
#include "admin_lines.h"
#include "admin_people.h"
#include "user_people_rules.h"
#include "user_rules.h"

#define ATTEMPTS 20
#define PAGE 500

/* ---- showing ------------------------------------------------------------------------------------
 */

typedef struct listing_t {
    char after[USER_RULES_GROUP_MOST + 1];
    int count;
} listing_t;

static apr_status_t print_group(void *baton, const user_group_t *group)
{
    listing_t *listing = baton;

    printf("%s\t%s\t%" APR_INT64_T_FMT "\n", group->name, group->version ? "local" : "sso",
           group->members);
    apr_cpystrn(listing->after, group->name, sizeof(listing->after));
    listing->count++;
    return APR_SUCCESS;
}

int admin_groups_list(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                      apr_pool_t *p)
{
    listing_t listing = {.count = 0};
    apr_status_t rv;

    do {
        listing.count = 0;
        rv = user_groups_dbd.list(db, listing.after, PAGE, print_group, &listing, p);
    } while (rv == APR_SUCCESS && listing.count == PAGE);
    return admin_people_report(db, rv);
}

/* Find a local group. @return EXIT_SUCCESS, with version 0 if there is none */
static int find(bk_db_t *db, const char *name, user_group_t *group, apr_pool_t *p)
{
    const char *wrong = user_rules_group(name, strlen(name));
    apr_status_t rv;

    if (wrong) {
        return admin_fail(wrong, NULL);
    }
    *group = (user_group_t){.name = name};
    rv = user_groups_dbd.find(db, name, group, p);
    return rv == APR_NOTFOUND ? EXIT_SUCCESS : admin_people_report(db, rv);
}

static apr_status_t print_member(void *baton, apr_int64_t id)
{
    printf("%" APR_INT64_T_FMT "\n", id);
    return APR_SUCCESS;
}

int admin_groups_show(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                      apr_pool_t *p)
{
    user_group_t group;

    if (find(db, words[1], &group, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    return group.version ? admin_people_report(db, user_groups_dbd.each_member(
                                                       db, group.name, print_member, NULL, p))
                         : admin_fail("there is no such group", NULL);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

typedef struct members_t {
    bk_db_t *db;
    apr_array_header_t *ids;
} members_t;

static int read_member(void *baton, char *line, apr_pool_t *p)
{
    members_t *members = baton;
    apr_int64_t id;

    if (admin_people_find(members->db, line, &id, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    APR_ARRAY_PUSH(members->ids, apr_int64_t) = id;
    return EXIT_SUCCESS;
}

/* Write the group, again and again until nobody came between. */
static int put(bk_db_t *db, const char *name, const char *description,
               const apr_array_header_t *ids, apr_pool_t *p)
{
    apr_status_t rv = USER_VERSION_MISMATCH;
    apr_int64_t missing = 0;
    user_group_t group;
    int attempts;

    for (attempts = 0; rv == USER_VERSION_MISMATCH && attempts < ATTEMPTS; attempts++) {
        if (find(db, name, &group, p) != EXIT_SUCCESS) {
            return EXIT_FAILURE;
        }
        group.description = description ? description : group.description;
        group.changed = apr_time_now();
        rv = user_groups_dbd.put(db, &group, (const apr_int64_t *)ids->elts, ids->nelts, &missing);
    }
    if (rv == USER_NO_MEMBER || rv == USER_TOO_MANY_GROUPS) {
        return admin_fail(rv == USER_NO_MEMBER ? "there is no user of this id"
                                               : "this user would be in more than 64 groups",
                          apr_psprintf(p, "%" APR_INT64_T_FMT, missing));
    }
    return admin_people_report(db, rv);
}

int admin_groups_set(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                     apr_pool_t *p)
{
    members_t members = {db, apr_array_make(p, 64, sizeof(apr_int64_t))};

    if (settings->description && (!*settings->description || strlen(settings->description) > 500)) {
        return admin_fail("a description has 1 to 500 bytes", NULL);
    }
    if (!settings->from) {
        return admin_fail("--from is required: a file of users, one a line", NULL);
    }
    /* A list with a fault is not written: who is missing in it would lose the group. */
    if (admin_lines_each(settings->from, read_member, &members, p) != EXIT_SUCCESS) {
        return admin_fail("nothing was changed", NULL);
    }
    return put(db, words[1], settings->description, members.ids, p);
}

int admin_groups_delete(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                        apr_pool_t *p)
{
    apr_status_t rv = USER_VERSION_MISMATCH;
    user_group_t group;
    int attempts;

    for (attempts = 0; rv == USER_VERSION_MISMATCH && attempts < ATTEMPTS; attempts++) {
        if (find(db, words[1], &group, p) != EXIT_SUCCESS) {
            return EXIT_FAILURE;
        }
        if (!group.version) {
            return admin_fail("there is no such group", NULL);
        }
        rv = user_groups_dbd.remove(db, group.name, group.version);
    }
    return admin_people_report(db, rv);
}

/* ---- one person ---------------------------------------------------------------------------------
 */

/* The local groups of a person, with one more, or without one. */
static const char *const *changed(const user_person_t *person, const char *name, int is_in,
                                  apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 8, sizeof(const char *));
    char *rest = apr_pstrdup(p, person->local_groups ? person->local_groups : ""), *state;
    const char *own;

    for (own = apr_strtok(rest, ",", &state); own; own = apr_strtok(NULL, ",", &state)) {
        if (strcmp(own, name) != 0) {
            APR_ARRAY_PUSH(names, const char *) = own;
        }
    }
    if (is_in) {
        APR_ARRAY_PUSH(names, const char *) = name;
    }
    APR_ARRAY_PUSH(names, const char *) = NULL;
    return (const char *const *)names->elts;
}

static const char *join(user_person_t *person, const char *const **groups, const char *name,
                        apr_pool_t *p)
{
    *groups = changed(person, name, 1, p);
    return user_rules_group(name, strlen(name));
}

static const char *leave(user_person_t *person, const char *const **groups, const char *name,
                         apr_pool_t *p)
{
    *groups = changed(person, name, 0, p);
    return user_people_rules_has(person->local_groups, name)
               ? NULL
               : "the user is not in this group, or only by sign-on";
}

int admin_groups_join(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                      apr_pool_t *p)
{
    return admin_people_change(db, words[1], join, words[2], p);
}

int admin_groups_leave(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                       apr_pool_t *p)
{
    return admin_people_change(db, words[1], leave, words[2], p);
}
