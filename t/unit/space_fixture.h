/* space_fixture: what the tests of the store of spaces in a database have in common. */
#ifndef SPACE_FIXTURE_H
#define SPACE_FIXTURE_H

#include "both_fixture.h"

#include <apr_strings.h>

#include "space_v1_derive.h"
#include "space_v1_store.h"

/* The only connection to the test's database: those before it are closed. */
static inline bk_db_t *attach(const bk_db_schema_t *schema, apr_pool_t *p)
{
    bk_db_t *db;

    both_detach();
    if (both_attach(&db, schema, p) != APR_SUCCESS) {
        fail_msg("%s", bk_db_error(db));
    }
    return db;
}

static const space_v1_filter_t ANY_SPACE = {
    .capacity_min = -1, .capacity_max = -1, .is_archived = -1};

static inline space_v1_t space_of(const char *id, const char *name)
{
    return (space_v1_t){.id = id,
                        .building_code = "Library",
                        .capacity = SPACE_NO_CAPACITY,
                        .name = name,
                        .time_zone = "UTC",
                        .features = "[]",
                        .attributes = "{}",
                        .managers = "[]",
                        .parts = "[]",
                        .version = 1};
}

static inline apr_status_t add(bk_db_t *db, space_v1_t space, apr_pool_t *p)
{
    assert_int_equal(space_v1_derive(&space, p), APR_SUCCESS);
    return space_v1_store_dbd.insert(db, &space);
}

static inline void must_add(bk_db_t *db, space_v1_t space, apr_pool_t *p)
{
    apr_status_t rv = add(db, space, p);

    assert_that(rv == APR_SUCCESS, "%s: %d %s", space.id, rv, bk_db_error(db));
}

static inline apr_status_t append_id(void *baton, const space_v1_found_t *found)
{
    char *ids = baton;

    strcat(strcat(ids, *ids ? " " : ""), found->space.id);
    return APR_SUCCESS;
}

static inline const char *list(bk_db_t *db, const space_v1_filter_t *filter, space_v1_sort_t sort,
                               const space_v1_place_t *place, int limit, apr_pool_t *p)
{
    char *ids = apr_pcalloc(p, 4096);
    apr_status_t rv = space_v1_store_dbd.each(db, filter, sort, place, limit, 0, append_id, ids, p);

    assert_that(rv == APR_SUCCESS, "%s", bk_db_error(db));
    return ids;
}

static inline const char *list_all(bk_db_t *db, const space_v1_filter_t *filter, apr_pool_t *p)
{
    return list(db, filter, SPACE_V1_SORT_NAME, &(space_v1_place_t){0}, 100, p);
}

/* A change of a space: its description is the baton. */
static inline apr_status_t describe(void *baton, const space_v1_t *before, space_v1_t *after,
                                    apr_pool_t *p)
{
    after->description = baton;
    return space_v1_derive(after, p);
}

#endif
