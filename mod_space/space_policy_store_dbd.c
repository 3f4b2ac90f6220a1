#include "space_policy_store.h"

#include "bk_db_fields.h"
#include "space_store_dbd_private.h"

static apr_status_t insert(void *handle, const space_policy_t *policy)
{
    return bk_db_fields_write(handle, SPACE_POLICY_INSERT, &space_policy_fields, policy, NULL);
}

static apr_status_t find(void *handle, const char *id, space_policy_t *policy, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(id)};

    return bk_db_fields_find(handle, SPACE_POLICY_FIND, args, 1, &space_policy_fields, policy, p);
}

typedef struct list_t {
    apr_status_t (*each)(void *baton, const space_policy_t *policy);
    void *baton;
} list_t;

static apr_status_t each_policy(void *list, const bk_db_value_t *row)
{
    const list_t *to = list;
    space_policy_t policy;

    bk_db_fields_of_row(&policy, &space_policy_fields, row);
    return to->each(to->baton, &policy);
}

static apr_status_t list(void *handle, const char *after, apr_int64_t most,
                         apr_status_t (*each)(void *baton, const space_policy_t *policy),
                         void *baton, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(after), bk_db_int(most)};
    list_t to = {each, baton};

    return bk_db_each(handle, SPACE_POLICY_LIST, args, 2, space_policy_fields.count, each_policy,
                      &to, p);
}

/* A statement that concerns a version of a policy: none of it, nothing was done. */
static apr_status_t write_one(void *handle, int statement, const bk_db_value_t *args, int count)
{
    apr_int64_t changed = 0;
    apr_status_t rv = bk_db_write(handle, statement, args, count, &changed);

    return rv == APR_SUCCESS && changed == 0 ? APR_NOTFOUND : rv;
}

static apr_status_t update(void *handle, const space_policy_t *policy)
{
    const bk_db_value_t args[] = {bk_db_text(policy->id), bk_db_text(policy->body),
                                  bk_db_text(policy->see), bk_db_int(policy->version),
                                  bk_db_int(policy->changed_ns)};

    return write_one(handle, SPACE_POLICY_UPDATE, args, 5);
}

static apr_status_t remove_policy(void *handle, const char *id, apr_int64_t version)
{
    const bk_db_value_t args[] = {bk_db_text(id), bk_db_int(version)};

    return write_one(handle, SPACE_POLICY_REMOVE, args, 2);
}

typedef struct spaces_t {
    apr_status_t (*each)(void *baton, const char *space);
    void *baton;
} spaces_t;

static apr_status_t each_space(void *spaces, const bk_db_value_t *row)
{
    const spaces_t *to = spaces;

    return to->each(to->baton, row[0].text);
}

static apr_status_t list_spaces(void *handle, const char *id, apr_int64_t most,
                                apr_status_t (*each)(void *baton, const char *space), void *baton,
                                apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(id), bk_db_int(most)};
    spaces_t to = {each, baton};

    return bk_db_each(handle, SPACE_POLICY_SPACES, args, 2, 1, each_space, &to, p);
}

const space_policy_verbs_t space_policy_store_dbd = {.insert = insert,
                                                     .find = find,
                                                     .list = list,
                                                     .update = update,
                                                     .remove = remove_policy,
                                                     .spaces = list_spaces};
