#include "user_people.h"

#include <apr_strings.h>

#include "bk_db_fields.h"
#include "user_dbd_groups.h"
#include "user_store_dbd_private.h"

/* ---- reading ------------------------------------------------------------------------------------
 */

static apr_status_t find(void *handle, apr_int64_t id, user_person_t *person, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(id)};

    return bk_db_fields_find(handle, PEOPLE_FIND, args, 1, &user_people_fields, person, p);
}

typedef struct visit_t {
    apr_status_t (*visit)(void *baton, const user_person_t *person);
    void *baton;
} visit_t;

static apr_status_t visit_row(void *baton, const bk_db_value_t *row)
{
    visit_t *visit = baton;
    user_person_t person = {{0}};

    bk_db_fields_of_row(&person, &user_people_fields, row);
    return visit->visit(visit->baton, &person);
}

static apr_status_t list(void *handle, const user_people_filter_t *filter, int limit,
                         apr_status_t (*visit)(void *baton, const user_person_t *person),
                         void *baton, apr_pool_t *p)
{
    visit_t each = {visit, baton};
    bk_db_value_t args[6 + USER_SEARCH_WORDS] = {
        bk_db_text(filter->after_key),
        bk_db_int(filter->after_id),
        bk_db_int(limit),
        bk_db_text(filter->role ? filter->role : ""),
        bk_db_int(filter->is_disabled),
        bk_db_text(filter->group ? filter->group : ""),
    };
    int i;

    for (i = 0; i < USER_SEARCH_WORDS; i++) {
        args[6 + i] = bk_db_text(filter->patterns[i]);
    }
    return bk_db_each(handle, PEOPLE_LIST, args, 6 + USER_SEARCH_WORDS, user_people_fields.count,
                      visit_row, &each, p);
}

typedef struct visit_name_t {
    apr_status_t (*visit)(void *baton, apr_int64_t id, const char *name);
    void *baton;
} visit_name_t;

static apr_status_t visit_name(void *baton, const bk_db_value_t *row)
{
    visit_name_t *visit = baton;

    return visit->visit(visit->baton, row[0].number, row[1].text);
}

static apr_status_t names(void *handle, const char *ids,
                          apr_status_t (*visit)(void *baton, apr_int64_t id, const char *name),
                          void *baton, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(ids)};
    visit_name_t each_name = {visit, baton};

    return bk_db_each(handle, PEOPLE_NAMES, args, 1, 2, visit_name, &each_name, p);
}

static apr_status_t each(void *handle,
                         apr_status_t (*visit)(void *baton, const user_person_t *person),
                         void *baton, apr_pool_t *p)
{
    visit_t each_visit = {visit, baton};

    return bk_db_each(handle, PEOPLE_EACH, NULL, 0, user_people_fields.count, visit_row,
                      &each_visit, p);
}

/* ---- changing -----------------------------------------------------------------------------------
 */

/* A change of one person: what all its steps need. */
typedef struct change_t {
    const user_v1_t *account;
    const char *groups; /* names of all local groups, as a JSON array; NULL: they stay */
    int is_new;
    int keep_one; /* whether to look for another administrator first */
    apr_pool_t *p;
} change_t;

static apr_status_t update(bk_db_t *db, const change_t *change)
{
    const user_v1_t *account = change->account;
    user_search_t search;
    apr_int64_t changed = 0;
    apr_status_t rv = user_search_make(&search, account->name, account->display_name,
                                       account->login, account->email, change->p);
    const bk_db_value_t args[] = {
        bk_db_int(account->id),
        bk_db_int(account->version),
        bk_db_text(account->email),
        bk_db_text(account->login),
        bk_db_text(account->login_key),
        bk_db_text(account->display_name),
        bk_db_text(account->language),
        bk_db_text(account->time_zone),
        bk_db_text(account->identity),
        bk_db_int(account->is_admin != 0),
        bk_db_int(account->is_auditor != 0),
        bk_db_int(account->is_disabled != 0),
        bk_db_int(account->changed),
        bk_db_text(search.sort_key),
        bk_db_text(search.text),
    };

    if (rv != APR_SUCCESS) {
        return APR_EINVAL;
    }
    rv = bk_db_write(db, PEOPLE_CHANGE, args, sizeof(args) / sizeof(args[0]), &changed);
    return rv == APR_SUCCESS && changed == 0 ? USER_VERSION_MISMATCH : rv;
}

/* The steps, in the order of their locks: the last administrator, the person, groups. */
static apr_status_t run(bk_db_t *db, const change_t *change)
{
    const user_v1_t *account = change->account;
    const bk_db_value_t id[] = {bk_db_int(account->id)};
    apr_status_t rv = APR_SUCCESS;

    if (change->keep_one) {
        rv = user_store_dbd_check_others(db, account->id);
    }
    if (rv == APR_SUCCESS) {
        rv = change->is_new ? user_store_v1_dbd_insert(db, account) : update(db, change);
    }
    if (rv == APR_SUCCESS && account->is_disabled) {
        rv = bk_db_write(db, DROP_TOKENS, id, 1, NULL);
    }
    if (rv == APR_SUCCESS && change->groups) {
        rv = user_dbd_groups_set(db, account->id, change->groups, account->changed, change->p);
    }
    return rv;
}

/* Which key an account could not be written for: the unique index says only that there was one. A
 * failed transaction of PostgreSQL answers nothing, so this comes after its end. */
static apr_status_t which_key(bk_db_t *db, apr_status_t rv, const user_v1_t *account, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(account->login_key), bk_db_int(account->id)};
    bk_db_value_t found;

    return rv == APR_EEXIST && account->login_key &&
                   bk_db_find(db, V1_HAS_LOGIN, args, 2, &found, 1, p) == APR_SUCCESS
               ? USER_LOGIN_TAKEN
               : rv;
}

static apr_status_t run_change(bk_db_t *db, const user_v1_t *account, const char *const *groups,
                               int is_new, int keep_one)
{
    change_t change = {.account = account, .is_new = is_new, .keep_one = keep_one};
    apr_status_t rv = apr_pool_create(&change.p, NULL);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    change.groups = groups ? user_dbd_groups_array(groups, change.p) : NULL;
    rv = bk_db_begin(db);
    if (rv == APR_SUCCESS) {
        rv = bk_db_end(db, run(db, &change));
        rv = which_key(db, rv, account, change.p);
    }
    apr_pool_destroy(change.p);
    return rv;
}

static apr_status_t add(void *handle, const user_v1_t *account, const char *const *groups)
{
    return run_change(handle, account, groups[0] ? groups : NULL, 1, 0);
}

static apr_status_t change_person(void *handle, const user_v1_t *account, const char *const *groups,
                                  int keep_one)
{
    return run_change(handle, account, groups, 0,
                      keep_one && (!account->is_admin || account->is_disabled));
}

static apr_status_t remove_person(void *handle, apr_int64_t id, apr_int64_t version, int keep_one)
{
    return user_store_dbd_remove(handle, id, version, keep_one);
}

const user_people_verbs_t user_people_dbd = {
    .find = find,
    .list = list,
    .names = names,
    .each = each,
    .add = add,
    .change = change_person,
    .remove = remove_person,
};
