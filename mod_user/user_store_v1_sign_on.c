#include "bk_db_fields.h"
#include "user_store_dbd_private.h"

#include <string.h>

#include <apr_strings.h>
#include <apr_tables.h>

/* The groups that signing on has given before, and whether they are said again. */
typedef struct groups_t {
    const user_sign_on_t *said;
    apr_array_header_t *gone; /* (const char *) */
    char *known;              /* of each that is said: whether it was there before */
    apr_pool_t *p;
} groups_t;

static apr_status_t compare(void *baton, const bk_db_value_t *row)
{
    groups_t *groups = baton;
    int i;

    if (strcmp(row[1].text, "sso") != 0) {
        return APR_SUCCESS;
    }
    for (i = 0; i < groups->said->group_count; i++) {
        if (strcmp(groups->said->groups[i], row[0].text) == 0) {
            groups->known[i] = 1;
            return APR_SUCCESS;
        }
    }
    APR_ARRAY_PUSH(groups->gone, const char *) = apr_pstrdup(groups->p, row[0].text);
    return APR_SUCCESS;
}

static apr_status_t change_group(bk_db_t *db, int statement, apr_int64_t id, const char *name)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(name)};

    return bk_db_write(db, statement, args, 2, NULL);
}

/* Replace the groups. Call within a transaction that has changed the user's row, so that two
 * sign-ons of one person do so one after the other.
 * @param changed  set to 1 if there is any other group than before */
static apr_status_t replace_groups(bk_db_t *db, apr_int64_t id, groups_t *groups, int *changed)
{
    const bk_db_value_t args[] = {bk_db_int(id)};
    apr_status_t rv = bk_db_each(db, V1_EACH_GROUP, args, 1, 2, compare, groups, groups->p);
    int i;

    for (i = 0; rv == APR_SUCCESS && i < groups->gone->nelts; i++, *changed = 1) {
        rv = change_group(db, V1_DROP_SSO_GROUP, id, APR_ARRAY_IDX(groups->gone, i, const char *));
    }
    for (i = 0; rv == APR_SUCCESS && i < groups->said->group_count; i++) {
        if (!groups->known[i]) {
            rv = change_group(db, V1_ADD_SSO_GROUP, id, groups->said->groups[i]);
            *changed = 1;
        }
    }
    return rv;
}

/* Write what is said, in a transaction. */
static apr_status_t write_said(bk_db_t *db, apr_int64_t id, const user_sign_on_t *said,
                               apr_time_t now, apr_pool_t *p)
{
    const bk_db_value_t seen[] = {bk_db_int(id), bk_db_text(said->identity), bk_db_int(now)};
    groups_t groups = {said, apr_array_make(p, 4, sizeof(const char *)), NULL, p};
    apr_int64_t count = 0;
    int changed = 0;
    apr_status_t rv = bk_db_write(db, V1_SIGN_ON, seen, 3, &count);

    if (rv == APR_SUCCESS && count == 0) {
        return APR_NOTFOUND;
    }
    if (rv == APR_SUCCESS && said->group_count >= 0) {
        groups.known = apr_pcalloc(p, (apr_size_t)said->group_count + 1);
        rv = replace_groups(db, id, &groups, &changed);
    }
    if (rv == APR_SUCCESS) {
        const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(said->display_name),
                                      bk_db_text(said->email), bk_db_int(changed), bk_db_int(now)};

        rv = bk_db_write(db, V1_SIGN_ON_CHANGE, args, 5, &count);
    }
    if (rv == APR_SUCCESS && count > 0) {
        rv = user_store_dbd_renew_search(db, id);
    }
    return rv;
}

apr_status_t user_store_v1_sign_on(void *handle, apr_int64_t id, const user_sign_on_t *said,
                                   apr_time_t now)
{
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_db_begin(handle);
    if (rv == APR_SUCCESS) {
        rv = bk_db_end(handle, write_said(handle, id, said, now, p));
    }
    apr_pool_destroy(p);
    return rv;
}
