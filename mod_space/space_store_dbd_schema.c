/* The tables of spaces and policies in a database, and all statements on spaces. */
#include "space_store_dbd_private.h"

#include "bk_db_fill.h"
#include "space_v1_derive.h"

/* ---- migration ----------------------------------------------------------------------------------
 */

static const char *const filled_from[] = {"room_code", "building_code", NULL};
static const char *const filled[] = {"name", "room", "sort_key", "search", NULL};

/* Spaces that the base API made before there was API v1. */
static apr_status_t compute_v1(const bk_db_value_t *row, const char **values, apr_pool_t *p)
{
    const space_t base = {
        .id = row[0].text, .room_code = row[1].number, .building_code = row[2].text};
    space_v1_t space;
    apr_status_t rv = space_v1_derive_base(&space, &base, BK_FIELD_NONE, p);

    values[0] = space.name;
    values[1] = space.room;
    values[2] = space.sort_key;
    values[3] = space.search;
    return rv;
}

static apr_status_t fill_v1(bk_db_t *db, apr_pool_t *p)
{
    static const bk_db_fill_t fill = {"spaces", "id", 1, filled_from, filled, compute_v1};

    return bk_db_fill(db, &fill, p);
}

/* In SQLite references hold only on connections that ask for it, and then for all tables: triggers
 * hold for everybody. */
#define NO_POLICY                                     \
    " WHEN NEW.policy IS NOT NULL AND NOT EXISTS"     \
    " (SELECT 1 FROM policies WHERE id = NEW.policy)" \
    " BEGIN SELECT RAISE(ABORT, 'the space names a policy that is not there'); END;"

/* One index has all that a search looks at, so that the rows, which are wide, are not read. In
 * PostgreSQL the entry of an index has to be short; there the rows themselves are read. */
static const bk_db_sql_t steps[] = {
    /* 1 */
    {"CREATE TABLE spaces ("
     "  id TEXT PRIMARY KEY,"
     "  room_code {int} NOT NULL,"
     "  building_code TEXT NOT NULL,"
     "  capacity {int}," /* NULL: not given */
     "  open_time TEXT," /* RFC 3339 */
     "  close_time TEXT) {without rowid}"},
    /* 2: API v1 */
    {"CREATE TABLE policies ("
     "  id TEXT PRIMARY KEY,"
     "  body TEXT NOT NULL," /* JSON */
     "  see TEXT NOT NULL,"  /* JSON, from the body */
     "  version {int} NOT NULL,"
     "  created_ns {int} NOT NULL,"
     "  changed_ns {int} NOT NULL) {without rowid};"
     "ALTER TABLE spaces ADD COLUMN name TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE spaces ADD COLUMN floor TEXT;"
     "ALTER TABLE spaces ADD COLUMN room TEXT;"
     "ALTER TABLE spaces ADD COLUMN description TEXT;"
     "ALTER TABLE spaces ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';"
     "ALTER TABLE spaces ADD COLUMN features TEXT NOT NULL DEFAULT '[]';"
     "ALTER TABLE spaces ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}';"
     "ALTER TABLE spaces ADD COLUMN policy TEXT;"
     "ALTER TABLE spaces ADD COLUMN managers TEXT NOT NULL DEFAULT '[]';"
     "ALTER TABLE spaces ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';"
     "ALTER TABLE spaces ADD COLUMN is_archived {flag} NOT NULL DEFAULT 0;"
     "ALTER TABLE spaces ADD COLUMN reason TEXT;"
     "ALTER TABLE spaces ADD COLUMN sort_order {int} NOT NULL DEFAULT 0;"
     "ALTER TABLE spaces ADD COLUMN sort_key TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE spaces ADD COLUMN search TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE spaces ADD COLUMN version {int} NOT NULL DEFAULT 1;"
     "ALTER TABLE spaces ADD COLUMN created_ns {int};"
     "ALTER TABLE spaces ADD COLUMN changed_ns {int};"
     "CREATE INDEX spaces_by_policy ON spaces (policy)",
     .sqlite3 = "CREATE TRIGGER spaces_policy_added BEFORE INSERT ON spaces" NO_POLICY
                "CREATE TRIGGER spaces_policy_changed BEFORE UPDATE OF policy ON spaces" NO_POLICY
                "CREATE TRIGGER policies_removed BEFORE DELETE ON policies"
                " WHEN EXISTS (SELECT 1 FROM spaces WHERE policy = OLD.id)"
                " BEGIN SELECT RAISE(ABORT, 'a space names the policy'); END;"
                "CREATE INDEX spaces_list ON spaces (sort_order, sort_key, id, is_archived,"
                " building_code, floor, capacity, policy, managers, features, search)",
     .pgsql = "ALTER TABLE spaces ADD CONSTRAINT spaces_policy"
              " FOREIGN KEY (policy) REFERENCES policies (id);"
              "CREATE INDEX spaces_list ON spaces"
              " (sort_order, sort_key {bytewise}, id {bytewise})",
     .run = fill_v1},
    {NULL}};

/* ---- statements ---------------------------------------------------------------------------------
 */

/* Whether one of a JSON array of persons and groups is among those of @a who. */
#define ONE_OF_SQLITE(list, who)                          \
    "EXISTS (SELECT 1 FROM json_each(" list ") AS listed" \
    " WHERE strpos(" who ", '/' || listed.value || '/') > 0)"
#define ONE_OF_PGSQL(list, who)                                                                \
    "EXISTS (SELECT 1 FROM json_array_elements_text(CAST(" list " AS json)) AS listed (value)" \
    " WHERE strpos(" who ", '/' || listed.value || '/') > 0)"

/* Whether @a who, or everybody if it is empty, sees a space. */
#define SEEN_BY(who, ONE_OF)                                           \
    "(" who " = '' OR policy IS NULL OR policy IN"                     \
    " (SELECT seen.id FROM policies AS seen WHERE " ONE_OF("seen.see", \
                                                           who) ")"    \
                                                                " OR " ONE_OF("managers", who) ")"

/* The parameters $1 to $24 are bound by bind_filter(). Empty ones are compared with nothing. */
#define FILTER(ONE_OF)                                                                         \
    "($2 = '' OR building_code = $2) AND ($3 = '' OR floor = $3)"                              \
    " AND ($4 < 0 OR capacity >= $4) AND ($5 < 0 OR capacity <= $5)"                           \
    " AND ($6 = '' OR policy = $6) AND ($8 < 0 OR is_archived = $8)"                           \
    " AND ($17 = '' OR strpos(features, $17) > 0) AND ($18 = '' OR strpos(features, $18) > 0)" \
    " AND ($19 = '' OR strpos(features, $19) > 0) AND ($20 = '' OR strpos(features, $20) > 0)" \
    " AND ($21 = '' OR strpos(features, $21) > 0) AND ($22 = '' OR strpos(features, $22) > 0)" \
    " AND ($23 = '' OR strpos(features, $23) > 0) AND ($24 = '' OR strpos(features, $24) > 0)" \
    " AND ($9 = '' OR strpos(search, $9) > 0) AND ($10 = '' OR strpos(search, $10) > 0)"       \
    " AND ($11 = '' OR strpos(search, $11) > 0) AND ($12 = '' OR strpos(search, $12) > 0)"     \
    " AND ($13 = '' OR strpos(search, $13) > 0) AND ($14 = '' OR strpos(search, $14) > 0)"     \
    " AND ($15 = '' OR strpos(search, $15) > 0) AND ($16 = '' OR strpos(search, $16) > 0)"     \
    " AND ($7 = '' OR " ONE_OF("managers", "$7") ") AND " SEEN_BY("$1", ONE_OF)

/* What is found: @a flag says whether the policy is wanted. */
#define FOUND(flag)                                                                             \
    "SELECT {spaces},"                                                                          \
    " CASE WHEN " flag " = 1 THEN (SELECT body FROM policies WHERE id = spaces.policy) END,"    \
    " CASE WHEN " flag " = 1 THEN (SELECT version FROM policies WHERE id = spaces.policy) END," \
    " CASE WHEN policy IS NULL OR EXISTS (SELECT 1 FROM policies WHERE id = spaces.policy"      \
    " AND strpos(see, '\"everyone\"') > 0) THEN 1 ELSE 0 END FROM spaces WHERE "

/* A page: its ids are found by what the index has, and only their rows are read.
 * @param first  the expression that the page's $25 is compared with
 * @param order  the same as the beginning of an order */
#define PAGE(first, order, ONE_OF, index)                                                         \
    FOUND("$29")                                                                                  \
    "id IN (SELECT id FROM spaces" index " WHERE (" first ", sort_key {bytewise}, id {bytewise})" \
    " > ($25, $26, $27) AND " FILTER(ONE_OF) " ORDER BY " order                                   \
                                             "sort_key {bytewise}, id {bytewise} LIMIT $28)"      \
                                             " ORDER BY " order                                   \
                                             "sort_key {bytewise}, id {bytewise}"

#define COVERED " INDEXED BY spaces_list"
#define PAGES(first, order)                                    \
    {                                                          \
        .sqlite3 = PAGE(first, order, ONE_OF_SQLITE, COVERED), \
        .pgsql = PAGE(first, order, ONE_OF_PGSQL, "")          \
    }

#define FIND(ONE_OF) FOUND("$3") "id = $1 AND " SEEN_BY("$2", ONE_OF)
#define FIND_TO_CHANGE(ONE_OF) \
    "SELECT {spaces} FROM spaces WHERE id = $1 AND " SEEN_BY("$2", ONE_OF)
#define FACETS(ONE_OF, index)                                           \
    "SELECT building_code, floor, features, count(*) FROM spaces" index \
    " WHERE " FILTER(ONE_OF) " GROUP BY building_code, floor, features"

/* The capacity that spaces without one are sorted by: SPACE_V1_NO_CAPACITY_PLACE. */
#define BY_CAPACITY "COALESCE(capacity, 9223372036854775807)"

static const bk_db_sql_t statements[SPACE_STATEMENTS] = {
    [SPACE_INSERT] = {"INSERT INTO spaces ({spaces}) VALUES ({spaces values})"},
    [SPACE_FIND_BASE] = {"SELECT id, room_code, building_code, capacity,"
                         " CASE WHEN policy IS NULL THEN open_time END,"
                         " CASE WHEN policy IS NULL THEN close_time END,"
                         " policy, time_zone, managers FROM spaces WHERE id = $1"
                         " AND is_archived = 0"},
    [SPACE_FIND] = {.sqlite3 = FIND(ONE_OF_SQLITE), .pgsql = FIND(ONE_OF_PGSQL)},
    [SPACE_FIND_TO_CHANGE] = {.sqlite3 = FIND_TO_CHANGE(ONE_OF_SQLITE),
                              .pgsql = FIND_TO_CHANGE(ONE_OF_PGSQL) " FOR UPDATE"},
    [SPACE_UPDATE] = {"UPDATE spaces SET {spaces set} WHERE id = {spaces.id}"
                      " AND version = {spaces.version} - 1"},
    [SPACE_LOCK_PARTS] = {.sqlite3 = "SELECT 1",
                          .pgsql = "SELECT 1 FROM (SELECT pg_advisory_xact_lock("
                                   "hashtextextended('bookable parts of spaces', 0))) AS locked"},
    [SPACE_COUNT_MISSING] =
        {.sqlite3 = "SELECT count(*) FROM json_each($1) AS part"
                    " WHERE NOT EXISTS (SELECT 1 FROM spaces WHERE id = part.value)",
         .pgsql = "SELECT count(*) FROM json_array_elements_text(CAST($1 AS json)) AS part (value)"
                  " WHERE NOT EXISTS (SELECT 1 FROM spaces WHERE id = part.value)"},
    [SPACE_COUNT_CIRCLES] =
        {.sqlite3 = "WITH RECURSIVE below (id) AS (SELECT value FROM json_each($2)"
                    " UNION SELECT part.value FROM below JOIN spaces ON spaces.id = below.id,"
                    " json_each(spaces.parts) AS part)"
                    " SELECT count(*) FROM below WHERE id = $1",
         .pgsql = "WITH RECURSIVE below (id) AS"
                  " (SELECT value FROM json_array_elements_text(CAST($2 AS json)) AS given (value)"
                  " UNION SELECT part.value FROM below JOIN spaces ON spaces.id = below.id"
                  " CROSS JOIN LATERAL json_array_elements_text(CAST(spaces.parts AS json))"
                  " AS part (value)) SELECT count(*) FROM below WHERE id = $1"},
    [SPACE_EACH + SPACE_V1_SORT_ORDER] = PAGES("sort_order", "sort_order, "),
    [SPACE_EACH + SPACE_V1_SORT_NAME] = PAGES("CAST(0 AS {int})", ""),
    [SPACE_EACH + SPACE_V1_SORT_CAPACITY] = PAGES(BY_CAPACITY, BY_CAPACITY ", "),
    [SPACE_FACETS] = {.sqlite3 = FACETS(ONE_OF_SQLITE, COVERED), .pgsql = FACETS(ONE_OF_PGSQL, "")},
    [SPACE_POLICY_INSERT] = {"INSERT INTO policies ({policies}) VALUES ({policies values})"},
    [SPACE_POLICY_FIND] = {"SELECT {policies} FROM policies WHERE id = $1"},
    [SPACE_POLICY_LIST] = {"SELECT {policies} FROM policies WHERE id {bytewise} > $1"
                           " ORDER BY id {bytewise} LIMIT $2"},
    [SPACE_POLICY_UPDATE] = {"UPDATE policies SET body = $2, see = $3, version = $4,"
                             " changed_ns = $5 WHERE id = $1 AND version = $4 - 1"},
    [SPACE_POLICY_REMOVE] = {"DELETE FROM policies WHERE id = $1 AND ($2 = 0 OR version = $2)"},
    [SPACE_POLICY_SPACES] = {"SELECT id FROM spaces WHERE policy = $1 ORDER BY id LIMIT $2"},
};

/* Policies come first, for spaces name them. */
static const bk_db_table_t tables[] = {
    {"policies", &space_policy_fields}, {"spaces", &space_v1_fields}, {NULL}};

const bk_db_schema_t space_store_dbd_schema = {"space", SPACE_STATEMENTS, statements, steps,
                                               tables};
