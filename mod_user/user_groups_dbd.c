#include "user_groups.h"

#include <apr_strings.h>

#include "bk_db_fields.h"
#include "bk_text.h"
#include "user_store_dbd_private.h"

/* ---- reading ------------------------------------------------------------------------------------
 */

enum { COLUMNS = 6 };

static void read_group(user_group_t *group, const bk_db_value_t *row)
{
    group->name = row[0].text;
    group->description = row[1].text;
    group->version = row[2].number;
    group->created = row[3].number;
    group->changed = row[4].number;
    group->members = row[5].number;
}

static apr_status_t find(void *handle, const char *name, user_group_t *group, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(name)};
    bk_db_value_t row[COLUMNS];
    apr_status_t rv = bk_db_find(handle, GROUP_FIND, args, 1, row, COLUMNS, p);

    if (rv == APR_SUCCESS) {
        read_group(group, row);
    }
    return rv;
}

typedef struct visit_t {
    apr_status_t (*visit)(void *baton, const user_group_t *group);
    void *baton;
} visit_t;

static apr_status_t visit_row(void *baton, const bk_db_value_t *row)
{
    visit_t *visit = baton;
    user_group_t group;

    read_group(&group, row);
    return visit->visit(visit->baton, &group);
}

static apr_status_t list(void *handle, const char *after, int limit,
                         apr_status_t (*visit)(void *baton, const user_group_t *group), void *baton,
                         apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(after), bk_db_int(limit)};
    visit_t each = {visit, baton};

    return bk_db_each(handle, GROUP_LIST, args, 2, COLUMNS, visit_row, &each, p);
}

typedef struct member_visit_t {
    apr_status_t (*visit)(void *baton, apr_int64_t id);
    void *baton;
} member_visit_t;

static apr_status_t visit_member(void *baton, const bk_db_value_t *row)
{
    member_visit_t *visit = baton;

    return visit->visit(visit->baton, row[0].number);
}

static apr_status_t each_member(void *handle, const char *name,
                                apr_status_t (*visit)(void *baton, apr_int64_t id), void *baton,
                                apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(name)};
    member_visit_t each = {visit, baton};

    return bk_db_each(handle, GROUP_EACH_MEMBER, args, 1, 1, visit_member, &each, p);
}

/* ---- changing -----------------------------------------------------------------------------------
 */

/* Ids as a JSON array of numbers, which SQL takes apart. */
static const char *array(const apr_int64_t *ids, int count, apr_pool_t *p)
{
    char *text = apr_palloc(p, (apr_size_t)count * BK_TEXT_INT + 3), *to = text;
    char room[BK_TEXT_INT];
    int i;

    *to++ = '[';
    for (i = 0; i < count; i++) {
        if (i) {
            *to++ = ',';
        }
        to = apr_cpystrn(to, bk_text_of_int(ids[i], room), BK_TEXT_INT);
    }
    *to++ = ']';
    *to = '\0';
    return text;
}

/* Read an id that must not be there. @return @a found if it is */
static apr_status_t refuse(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                           apr_status_t found, apr_int64_t *id, apr_pool_t *p)
{
    bk_db_value_t value;
    apr_status_t rv = bk_db_find(db, statement, args, count, &value, 1, p);

    if (rv == APR_SUCCESS) {
        *id = value.number;
        return found;
    }
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

/* A change of a group: what its steps need. */
typedef struct change_t {
    const char *name;
    const char *members; /* ids of all local members from now on, as a JSON array */
    apr_time_t now;
    int is_new;    /* whether there is to be no such group yet */
    int statement; /* changes the row of the group */
    const bk_db_value_t *args;
    int count;
    apr_int64_t *missing;
} change_t;

/* Change the row of the group. Whoever joins or leaves it gives it another version: so if it still
 * has the expected one, its members are those who have been locked. */
static apr_status_t change_row(bk_db_t *db, const change_t *change)
{
    apr_int64_t changed = 0;
    apr_status_t rv = bk_db_write(db, change->statement, change->args, change->count, &changed);

    return rv == APR_SUCCESS && changed == 0 ? USER_VERSION_MISMATCH : rv;
}

/* Lock people, and change the row of the group: in this order, for so does who changes a person.
 * But nobody else knows of a row that is new, so that it is written first: others who make the same
 * group wait for one transaction, and not for the people, each behind all before it. */
static apr_status_t lock(bk_db_t *db, const change_t *change, const bk_db_value_t *args,
                         apr_pool_t *p)
{
    bk_db_value_t count;
    apr_status_t rv = change->is_new ? change_row(db, change) : APR_SUCCESS;

    if (rv == APR_SUCCESS) {
        rv = bk_db_read(db, GROUP_LOCK_PEOPLE, args, 2, &count, 1, p);
    }
    if (rv == APR_SUCCESS) {
        rv = refuse(db, GROUP_MISSING, args + 1, 1, USER_NO_MEMBER, change->missing, p);
    }
    return rv == APR_SUCCESS && !change->is_new ? change_row(db, change) : rv;
}

static apr_status_t run(bk_db_t *db, const change_t *change, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(change->name), bk_db_text(change->members),
                                  bk_db_int(change->now)};
    apr_status_t rv = lock(db, change, args, p);

    if (rv == APR_SUCCESS) {
        rv = bk_db_write(db, GROUP_VERSIONS, args, 3, NULL);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_db_write(db, GROUP_LEAVE, args, 2, NULL);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_db_write(db, GROUP_JOIN, args, 2, NULL);
    }
    return rv == APR_SUCCESS
               ? refuse(db, GROUP_CROWDED, args + 1, 1, USER_TOO_MANY_GROUPS, change->missing, p)
               : rv;
}

static apr_status_t run_change(bk_db_t *db, const change_t *change, apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(db);

    return rv == APR_SUCCESS ? bk_db_end(db, run(db, change, p)) : rv;
}

static apr_status_t put(void *handle, const user_group_t *group, const apr_int64_t *members,
                        int count, apr_int64_t *missing)
{
    const bk_db_value_t args[] = {bk_db_text(group->name), bk_db_text(group->description),
                                  bk_db_int(group->changed), bk_db_int(group->version)};
    change_t change = {.name = group->name,
                       .now = group->changed,
                       .is_new = group->version == 0,
                       .statement = group->version ? GROUP_CHANGE : GROUP_INSERT,
                       .args = args,
                       .count = group->version ? 4 : 3,
                       .missing = missing};
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv == APR_SUCCESS) {
        change.members = array(members, count, p);
        rv = run_change(handle, &change, p);
        apr_pool_destroy(p);
    }
    return rv;
}

static apr_status_t remove_group(void *handle, const char *name, apr_int64_t version)
{
    const bk_db_value_t args[] = {bk_db_text(name), bk_db_int(version)};
    apr_int64_t missing;
    const change_t change = {.name = name,
                             .members = "[]",
                             .now = apr_time_now(),
                             .statement = GROUP_REMOVE,
                             .args = args,
                             .count = 2,
                             .missing = &missing};
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv == APR_SUCCESS) {
        rv = run_change(handle, &change, p);
        apr_pool_destroy(p);
    }
    return rv;
}

const user_groups_verbs_t user_groups_dbd = {
    .find = find,
    .list = list,
    .each_member = each_member,
    .put = put,
    .remove = remove_group,
};
