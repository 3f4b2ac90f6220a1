/* The store of spaces in a database: what API v1 needs of it, on both kinds of database. */
#include "space_fixture.h"

static apr_status_t find(bk_db_t *db, const char *id, space_v1_who_t who, space_v1_t *space,
                         apr_pool_t *p)
{
    space_v1_found_t found = {.policy_body = NULL};
    apr_status_t rv = space_v1_store_dbd.find(db, id, who, 0, &found, p);

    *space = found.space;
    return rv;
}

/* ---- who makes them -----------------------------------------------------------------------------
 */

static void test_of_base(void **state)
{
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    const space_t base = {.id = "Main_Hall-0101",
                          .room_code = 101,
                          .building_code = "Main H\u00e4ll",
                          .capacity = 7,
                          .open_time = "2030-01-01T08:00:00Z"};
    space_v1_t space;
    space_t found;

    assert_int_equal(space_store_dbd.insert(db, &base), APR_SUCCESS);
    assert_int_equal(space_store_dbd.insert(db, &base), APR_EEXIST);
    assert_int_equal(find(db, base.id, NULL, &space, p), APR_SUCCESS);
    assert_string_equal(space.name, "Main H\u00e4ll 101");
    assert_string_equal(space.room, "101");
    assert_string_equal(space.search, " main hall 101 main hall 101");
    assert_int_equal(space.version, 1);
    assert_true(space.capacity == 7 && space.created_ns > 0 && !space.policy);
    assert_int_equal(space_store_dbd.find(db, base.id, &found, p), APR_SUCCESS);
    assert_true(bk_fields_equal(&space_fields, &base, &found) && !found.policy);
}

static void test_base_view(void **state)
{
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    space_v1_t space = space_of("lib-a", "A");
    space_t found;

    space.room = "B 007-12";
    must_add(db, space, p);
    assert_int_equal(space_store_dbd.find(db, "lib-a", &found, p), APR_SUCCESS);
    assert_int_equal(found.room_code, 7);
    assert_string_equal(found.building_code, "Library");
    space.id = "lib-b";
    space.room = "99999999999999999999";
    must_add(db, space, p);
    assert_int_equal(space_store_dbd.find(db, "lib-b", &found, p), APR_SUCCESS);
    assert_int_equal(found.room_code, 0);
    space.id = "lib-c";
    space.is_archived = 1;
    must_add(db, space, p);
    assert_int_equal(space_store_dbd.find(db, "lib-c", &found, p), APR_NOTFOUND);
    assert_int_equal(find(db, "lib-c", NULL, &space, p), APR_SUCCESS);
}

/* Rows that were there before API v1: their columns are filled, and they are found. */
static void test_migration(void **state)
{
    static const bk_db_sql_t insert = {
        "INSERT INTO spaces (id, room_code, building_code) VALUES ($1, 7, 'S\u00fcd')"};
    static bk_db_sql_t first[2]; /* a connection keeps its address */
    static bk_db_schema_t older = {"space", 1, &insert, first};
    apr_pool_t *p = *state;
    space_v1_filter_t filter = ANY_SPACE;
    space_v1_t space;
    bk_db_t *db;
    int i;

    first[0] = space_store_dbd_schema.steps[0];
    db = attach(&older, p);
    for (i = 0; i < 300; i++) {
        assert_int_equal(
            bk_db_write(db, 0, ARGS(bk_db_text(apr_psprintf(p, "S\u00fcd-%d", i))), NULL),
            APR_SUCCESS);
    }
    db = attach(&space_store_dbd_schema, p);
    assert_int_equal(find(db, "S\u00fcd-299", NULL, &space, p), APR_SUCCESS);
    assert_string_equal(space.name, "S\u00fcd 7");
    assert_string_equal(space.room, "7");
    assert_string_equal(space.sort_key, "sud 17");
    assert_string_equal(space.time_zone, "UTC");
    assert_int_equal(space.created_ns, BK_FIELD_NONE);
    filter.words[0] = " sud";
    assert_string_equal(list(db, &filter, SPACE_V1_SORT_NAME, &(space_v1_place_t){0}, 2, p),
                        "S\u00fcd-0 S\u00fcd-1");
}

/* ---- policies -----------------------------------------------------------------------------------
 */

/* Statements on policies, which are another file's. */
enum { ADD_POLICY, DROP_POLICY, POLICY_STATEMENTS };
static const bk_db_sql_t policy_statements[POLICY_STATEMENTS] = {
    [ADD_POLICY] = {"INSERT INTO policies (id, body, see, version, created_ns, changed_ns)"
                    " VALUES ($1, '{}', $2, 3, 1, 1)"},
    [DROP_POLICY] = {"DELETE FROM policies WHERE id = $1"},
};

static apr_status_t policy(int statement, const char *id, const char *see, apr_pool_t *p)
{
    static bk_db_schema_t schema; /* a connection keeps its address */
    const bk_db_value_t args[] = {bk_db_text(id), bk_db_text(see)};

    schema = space_store_dbd_schema;
    schema.statements = policy_statements;
    schema.count = POLICY_STATEMENTS;
    return bk_db_write(attach(&schema, p), statement, args, see ? 2 : 1, NULL);
}

static void test_policy(void **state)
{
    apr_pool_t *p = *state;
    space_v1_t space = space_of("lib-p", "P");
    space_v1_found_t found;
    space_t base;
    bk_db_t *db = attach(&space_store_dbd_schema, p);

    space.policy = "study";
    space.open_time = "2030-01-01T08:00:00Z";
    assert_int_equal(add(db, space, p), SPACE_V1_STORE_NO_POLICY);
    assert_int_equal(policy(ADD_POLICY, "study", "[\"group:staff\",\"user:7\"]", p), APR_SUCCESS);
    db = attach(&space_store_dbd_schema, p);
    must_add(db, space, p);
    assert_int_equal(space_store_dbd.find(db, "lib-p", &base, p), APR_SUCCESS);
    assert_null(base.open_time);
    assert_string_equal(base.policy, "study");
    assert_int_equal(space_v1_store_dbd.find(db, "lib-p", NULL, 1, &found, p), APR_SUCCESS);
    assert_string_equal(found.policy_body, "{}");
    assert_true(found.policy_version == 3 && !found.is_public);
    assert_string_equal(found.space.open_time, "2030-01-01T08:00:00Z");
    assert_int_equal(policy(DROP_POLICY, "study", NULL, p), APR_ENOTEMPTY);
}

static const char *seen_by(bk_db_t *db, const char *who, apr_pool_t *p)
{
    space_v1_filter_t filter = ANY_SPACE;

    filter.who = who;
    return list_all(db, &filter, p);
}

static void test_who(void **state)
{
    apr_pool_t *p = *state;
    space_v1_t space = space_of("open", "Open");
    space_v1_filter_t filter = ANY_SPACE;
    bk_db_t *db;

    assert_int_equal(policy(ADD_POLICY, "all", "[\"everyone\"]", p), APR_SUCCESS);
    assert_int_equal(policy(ADD_POLICY, "some", "[\"group:staff\",\"user:7\"]", p), APR_SUCCESS);
    assert_int_equal(policy(ADD_POLICY, "none", "[]", p), APR_SUCCESS);
    db = attach(&space_store_dbd_schema, p);
    must_add(db, space, p);
    space.id = "seen-by-all", space.name = "a", space.policy = "all";
    must_add(db, space, p);
    space.id = "seen-by-some", space.name = "b", space.policy = "some";
    space.managers = "[\"group:desk\",\"user:9\"]";
    must_add(db, space, p);
    space.id = "seen-by-none", space.name = "c", space.policy = "none", space.managers = "[]";
    must_add(db, space, p);
    assert_string_equal(seen_by(db, NULL, p), "seen-by-all seen-by-some seen-by-none open");
    assert_string_equal(seen_by(db, "/everyone/", p), "seen-by-all open");
    assert_string_equal(seen_by(db, "/everyone/user:8/group:student/", p), "seen-by-all open");
    assert_string_equal(seen_by(db, "/everyone/user:77/group:staffs/", p), "seen-by-all open");
    assert_string_equal(seen_by(db, "/everyone/user:7/", p), "seen-by-all seen-by-some open");
    assert_string_equal(seen_by(db, "/everyone/user:8/group:staff/", p),
                        "seen-by-all seen-by-some open");
    assert_string_equal(seen_by(db, "/everyone/user:9/", p), "seen-by-all seen-by-some open");
    assert_int_equal(find(db, "seen-by-some", "/everyone/user:8/", &space, p), APR_NOTFOUND);
    assert_int_equal(find(db, "seen-by-some", "/everyone/group:desk/", &space, p), APR_SUCCESS);
    filter.manager = "/everyone/user:8/group:desk/";
    assert_string_equal(list_all(db, &filter, p), "seen-by-some");
    filter.manager = "/everyone/";
    assert_string_equal(list_all(db, &filter, p), "");
}

/* ---- lists --------------------------------------------------------------------------------------
 */

static void add_rooms(bk_db_t *db, apr_pool_t *p)
{
    static const struct {
        const char *id, *name, *building, *floor, *features, *description;
        apr_int64_t capacity, order;
        int is_archived;
    } rows[] = {
        {"r10", "Room 10", "Library", "1", "[\"screen\",\"step-free\"]", "a quiet room", 4, 5, 0},
        {"r2", "room 2", "Library", "1", "[\"screen-wall\"]", "loud", 30, 5, 0},
        {"R2", "Room 2", "Library", "2", "[]", NULL, SPACE_NO_CAPACITY, 5, 0},
        {"aula", "Aula", "Main", NULL, "[\"screen\"]", "100% quiet", 300, 1, 0},
        {"old", "\u00c4lteste", "Main", "1", "[\"step-free\",\"screen\"]", "", 4, 9, 1},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        space_v1_t space = space_of(rows[i].id, rows[i].name);

        space.building_code = rows[i].building;
        space.floor = rows[i].floor;
        space.features = rows[i].features;
        space.description = rows[i].description;
        space.capacity = rows[i].capacity;
        space.sort_order = rows[i].order;
        space.is_archived = rows[i].is_archived;
        must_add(db, space, p);
    }
}

static void test_filters(void **state)
{
    static const struct {
        space_v1_filter_t filter;
        const char *ids;
    } rows[] = {
        {{.capacity_min = -1, .capacity_max = -1, .is_archived = -1}, "old aula R2 r2 r10"},
        {{.capacity_min = -1, .capacity_max = -1, .is_archived = 0}, "aula R2 r2 r10"},
        {{.capacity_min = -1, .capacity_max = -1, .is_archived = 1}, "old"},
        {{.capacity_min = 30, .capacity_max = -1, .is_archived = -1}, "aula r2"},
        {{.capacity_min = -1, .capacity_max = 30, .is_archived = -1}, "old r2 r10"},
        {{.building = "Main", .capacity_min = -1, .capacity_max = -1, .is_archived = -1},
         "old aula"},
        {{.building = "main", .capacity_min = -1, .capacity_max = -1, .is_archived = -1}, ""},
        {{.building = "Library",
          .floor = "1",
          .capacity_min = -1,
          .capacity_max = -1,
          .is_archived = -1},
         "r2 r10"},
        {{.features = {"\"screen\""}, .capacity_min = -1, .capacity_max = -1, .is_archived = -1},
         "old aula r10"},
        {{.features = {"\"screen\"", "\"step-free\""},
          .capacity_min = -1,
          .capacity_max = -1,
          .is_archived = -1},
         "old r10"},
        {{.words = {" qui"}, .capacity_min = -1, .capacity_max = -1, .is_archived = -1},
         "aula r10"},
        {{.words = {" qui", " step- fr"},
          .capacity_min = -1,
          .capacity_max = -1,
          .is_archived = -1},
         "r10"},
        {{.words = {" 100%"}, .capacity_min = -1, .capacity_max = -1, .is_archived = -1}, "aula"},
        {{.words = {" alt"}, .capacity_min = -1, .capacity_max = -1, .is_archived = -1}, "old"},
    };
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    unsigned int i;

    add_rooms(db, p);
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(strcmp(list_all(db, &rows[i].filter, p), rows[i].ids) == 0,
                    "row %u: %s, not %s", i, list_all(db, &rows[i].filter, p), rows[i].ids);
    }
}

static void test_orders(void **state)
{
    static const struct {
        space_v1_sort_t sort;
        space_v1_place_t place;
        int limit;
        const char *ids;
    } rows[] = {
        {SPACE_V1_SORT_ORDER, {0}, 9, "aula R2 r2 r10 old"},
        {SPACE_V1_SORT_ORDER, {0}, 2, "aula R2"},
        {SPACE_V1_SORT_ORDER, {5, "room 12", "R2"}, 2, "r2 r10"},
        {SPACE_V1_SORT_ORDER, {9, "alteste", "old"}, 2, ""},
        {SPACE_V1_SORT_NAME, {0}, 9, "old aula R2 r2 r10"},
        {SPACE_V1_SORT_NAME, {0, "aula", "aula"}, 9, "R2 r2 r10"},
        {SPACE_V1_SORT_CAPACITY, {0}, 9, "old r10 r2 aula R2"},
        {SPACE_V1_SORT_CAPACITY, {4, "alteste", "old"}, 2, "r10 r2"},
        {SPACE_V1_SORT_CAPACITY, {300, "aula", "aula"}, 2, "R2"},
        {SPACE_V1_SORT_CAPACITY, {SPACE_V1_NO_CAPACITY_PLACE, "room 12", "R2"}, 2, ""},
    };
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    unsigned int i;

    add_rooms(db, p);
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *ids = list(db, &ANY_SPACE, rows[i].sort, &rows[i].place, rows[i].limit, p);

        assert_that(strcmp(ids, rows[i].ids) == 0, "row %u: %s, not %s", i, ids, rows[i].ids);
    }
}

static void test_ids(void **state)
{
    static const space_v1_place_t first = {0, NULL, NULL};
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    space_v1_filter_t filter = ANY_SPACE;

    add_rooms(db, p);
    filter.ids = "[\"r10\",\"R2\",\"none\"]";
    assert_string_equal(list(db, &filter, SPACE_V1_SORT_NAME, &first, 100, p), "R2 r10");
    assert_string_equal(list(db, &filter, SPACE_V1_SORT_CAPACITY, &first, 1, p), "r10");
    filter.ids = "[]";
    assert_string_equal(list(db, &filter, SPACE_V1_SORT_CAPACITY, &first, 100, p), "");
}

static apr_status_t add_count(void *baton, const space_v1_facet_t *facet)
{
    *(apr_int64_t *)baton += facet->count;
    return strcmp(facet->building, "Main") == 0 ? APR_EGENERAL : APR_SUCCESS;
}

static void test_facets(void **state)
{
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    space_v1_filter_t filter = ANY_SPACE;
    apr_int64_t count = 0;

    add_rooms(db, p);
    filter.building = "Library";
    assert_int_equal(space_v1_store_dbd.facets(db, &filter, add_count, &count, p), APR_SUCCESS);
    assert_int_equal(count, 3);
    filter.building = "Main";
    assert_int_equal(space_v1_store_dbd.facets(db, &filter, add_count, &count, p), APR_EGENERAL);
}

static const char *stamp(bk_db_t *db, apr_pool_t *p)
{
    const char *text;

    assert_that(space_v1_store_dbd.stamp(db, &text, p) == APR_SUCCESS, "%s", bk_db_error(db));
    return text;
}

/* Whatever changes what somebody finds changes the stamp. */
static void test_stamp(void **state)
{
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    const space_t base = {.id = "base", .room_code = 1, .building_code = "B"};
    const char *before = stamp(db, p);
    space_v1_t after;

    assert_string_equal(stamp(db, p), before);
    must_add(db, space_of("a", "A"), p);
    assert_string_not_equal(stamp(db, p), before);
    before = stamp(db, p);
    assert_int_equal(space_store_dbd.insert(db, &base), APR_SUCCESS);
    assert_string_not_equal(stamp(db, p), before);
    before = stamp(db, p);
    assert_int_equal(space_v1_store_dbd.change(db, "a", NULL, describe, (void *)"words", &after, p),
                     APR_SUCCESS);
    assert_string_not_equal(stamp(db, p), before);
    before = stamp(db, p);
    assert_int_equal(policy(ADD_POLICY, "study", "[]", p), APR_SUCCESS);
    db = attach(&space_store_dbd_schema, p);
    assert_string_not_equal(stamp(db, p), before);
}

/* ---- changes ------------------------------------------------------------------------------------
 */

static apr_status_t set_parts(void *baton, const space_v1_t *before, space_v1_t *after,
                              apr_pool_t *p)
{
    after->parts = *(const char **)baton;
    return APR_SUCCESS;
}

static apr_status_t refuse(void *baton, const space_v1_t *before, space_v1_t *after, apr_pool_t *p)
{
    after->name = "never";
    return APR_EMISMATCH;
}

static apr_status_t change_parts(bk_db_t *db, const char *id, const char *parts, apr_pool_t *p)
{
    space_v1_t after;

    return space_v1_store_dbd.change(db, id, NULL, set_parts, &parts, &after, p);
}

static void test_change(void **state)
{
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    space_v1_t space = space_of("lib-1", "One"), after;
    const char *none = "[]";

    must_add(db, space, p);
    assert_int_equal(space_v1_store_dbd.change(db, "lib-1", NULL, set_parts, &none, &after, p),
                     APR_SUCCESS);
    assert_int_equal(after.version, 2);
    assert_int_equal(space_v1_store_dbd.change(db, "lib-1", NULL, refuse, NULL, &after, p),
                     APR_EMISMATCH);
    assert_true(after.version == 2 && strcmp(after.name, "One") == 0);
    assert_int_equal(space_v1_store_dbd.change(db, "lib-2", NULL, refuse, NULL, &after, p),
                     APR_NOTFOUND);
    assert_int_equal(find(db, "lib-1", NULL, &after, p), APR_SUCCESS);
    assert_true(after.version == 2 && strcmp(after.name, "One") == 0);
    assert_true(after.changed_ns > 0);
}

static void test_parts(void **state)
{
    static const char *const ids[] = {"hall", "left", "right", "seat"};
    apr_pool_t *p = *state;
    bk_db_t *db = attach(&space_store_dbd_schema, p);
    space_v1_t space;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(ids); i++) {
        must_add(db, space_of(ids[i], ids[i]), p);
    }
    assert_int_equal(change_parts(db, "hall", "[\"left\",\"right\"]", p), APR_SUCCESS);
    assert_int_equal(change_parts(db, "left", "[\"seat\"]", p), APR_SUCCESS);
    assert_int_equal(change_parts(db, "seat", "[\"nothing\"]", p), SPACE_V1_STORE_NO_PART);
    assert_int_equal(change_parts(db, "seat", "[\"seat\"]", p), SPACE_V1_STORE_CIRCULAR);
    assert_int_equal(change_parts(db, "seat", "[\"right\",\"hall\"]", p), SPACE_V1_STORE_CIRCULAR);
    assert_int_equal(change_parts(db, "right", "[\"seat\"]", p), APR_SUCCESS);
    assert_int_equal(find(db, "seat", NULL, &space, p), APR_SUCCESS);
    assert_string_equal(space.parts, "[]");
    space = space_of("whole", "Whole");
    space.parts = "[\"whole\"]";
    assert_int_equal(add(db, space, p), SPACE_V1_STORE_CIRCULAR);
    space.parts = "[\"hall\",\"nothing\"]";
    assert_int_equal(add(db, space, p), SPACE_V1_STORE_NO_PART);
    space.parts = "[\"hall\"]";
    must_add(db, space, p);
    assert_int_equal(change_parts(db, "seat", "[\"whole\"]", p), SPACE_V1_STORE_CIRCULAR);
    assert_int_equal(change_parts(db, "hall", "[]", p), APR_SUCCESS);
    assert_int_equal(change_parts(db, "seat", "[\"whole\"]", p), APR_SUCCESS);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_of_base, both_renew),
        cmocka_unit_test_setup(test_base_view, both_renew),
        cmocka_unit_test_setup(test_migration, both_renew),
        cmocka_unit_test_setup(test_policy, both_renew),
        cmocka_unit_test_setup(test_who, both_renew),
        cmocka_unit_test_setup(test_filters, both_renew),
        cmocka_unit_test_setup(test_orders, both_renew),
        cmocka_unit_test_setup(test_ids, both_renew),
        cmocka_unit_test_setup(test_facets, both_renew),
        cmocka_unit_test_setup(test_stamp, both_renew),
        cmocka_unit_test_setup(test_change, both_renew),
        cmocka_unit_test_setup(test_parts, both_renew),
    };

    return both_run("spaces", tests);
}
