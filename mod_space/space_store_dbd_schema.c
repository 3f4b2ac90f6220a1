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

/* The capacity that spaces without one are sorted by: SPACE_V1_NO_CAPACITY_PLACE. */
#define BY_CAPACITY "COALESCE(capacity, 9223372036854775807)"

/* In SQLite the index of an order has all that a search looks at, so that the rows, which are wide,
 * are not read. In PostgreSQL an index's entry has to be short; there the rows themselves are read.
 */
#define LOOKED_AT \
    ", is_archived, building_code, floor, capacity, policy, managers, features, search);"
static const bk_db_sql_t steps[] = {
    /* 1 */
    {"CREATE TABLE spaces ("
     "  id TEXT PRIMARY KEY,"
     "  room_code {int} NOT NULL,"
     "  building_code TEXT NOT NULL,"
     "  capacity {int}," /* NULL: not given */
     "  open_time TEXT," /* RFC 3339 */
     "  close_time TEXT) {without rowid}"},
    /* 2: API v1. What a search looks at comes first: PostgreSQL reads a row up to there. */
    {"CREATE TABLE policies ("
     "  id TEXT PRIMARY KEY,"
     "  body TEXT NOT NULL," /* JSON */
     "  see TEXT NOT NULL,"  /* JSON, from the body */
     "  version {int} NOT NULL,"
     "  created_ns {int} NOT NULL,"
     "  changed_ns {int} NOT NULL) {without rowid};"
     "ALTER TABLE spaces ADD COLUMN search TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE spaces ADD COLUMN sort_order {int} NOT NULL DEFAULT 0;"
     "ALTER TABLE spaces ADD COLUMN is_archived {flag} NOT NULL DEFAULT 0;"
     "ALTER TABLE spaces ADD COLUMN floor TEXT;"
     "ALTER TABLE spaces ADD COLUMN policy TEXT;"
     "ALTER TABLE spaces ADD COLUMN managers TEXT NOT NULL DEFAULT '[]';"
     "ALTER TABLE spaces ADD COLUMN features TEXT NOT NULL DEFAULT '[]';"
     "ALTER TABLE spaces ADD COLUMN sort_key TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE spaces ADD COLUMN name TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE spaces ADD COLUMN room TEXT;"
     "ALTER TABLE spaces ADD COLUMN description TEXT;"
     "ALTER TABLE spaces ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';"
     "ALTER TABLE spaces ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}';"
     "ALTER TABLE spaces ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';"
     "ALTER TABLE spaces ADD COLUMN reason TEXT;"
     "ALTER TABLE spaces ADD COLUMN version {int} NOT NULL DEFAULT 1;"
     "ALTER TABLE spaces ADD COLUMN created_ns {int};"
     "ALTER TABLE spaces ADD COLUMN changed_ns {int};"
     "CREATE INDEX spaces_by_policy ON spaces (policy)",
     .sqlite3 =
         "CREATE TRIGGER spaces_policy_added BEFORE INSERT ON spaces" NO_POLICY
         "CREATE TRIGGER spaces_policy_changed BEFORE UPDATE OF policy ON spaces" NO_POLICY
         "CREATE TRIGGER policies_removed BEFORE DELETE ON policies"
         " WHEN EXISTS (SELECT 1 FROM spaces WHERE policy = OLD.id)"
         " BEGIN SELECT RAISE(ABORT, 'a space names the policy'); END;"
         "CREATE INDEX spaces_by_order ON spaces (sort_order, sort_key, id" LOOKED_AT
         "CREATE INDEX spaces_by_name ON spaces (sort_key, id" LOOKED_AT
         "CREATE INDEX spaces_by_capacity ON spaces (" BY_CAPACITY ", sort_key, id" LOOKED_AT,
     .pgsql = "ALTER TABLE spaces ADD CONSTRAINT spaces_policy"
              " FOREIGN KEY (policy) REFERENCES policies (id);"
              "CREATE INDEX spaces_by_order ON spaces"
              " (sort_order, sort_key {bytewise}, id {bytewise});"
              "CREATE INDEX spaces_by_name ON spaces (sort_key {bytewise}, id {bytewise});"
              "CREATE INDEX spaces_by_capacity ON spaces"
              " ((" BY_CAPACITY "), sort_key {bytewise}, id {bytewise});"
              "CREATE INDEX spaces_by_word ON spaces USING gin ("
              "array_to_tsvector(string_to_array(ltrim(search), ' ')))",
     .run = fill_v1},
    /* 3: requests that may be repeated */
    {BK_DB_KEYS_TABLE("space_keys")},
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

/* Whether a text has all of eight parts, those that are empty left out. PostgreSQL's planner takes
 * "<> 0" for nearly always true, and "> 0" for true one time in three: the index of words knows
 * better. */
#define HAS_ALL_SQLITE(text, a, b, c, d, e, f, g, h) \
    "(" a " = '' OR has_all(" text ", " a ", " b ", " c ", " d ", " e ", " f ", " g ", " h "))"
#define HAS_PGSQL(text, part) "(" part " = '' OR strpos(" text ", " part ") <> 0)"
#define HAS_ALL_PGSQL(text, a, b, c, d, e, f, g, h)                                               \
    HAS_PGSQL(text, a)                                                                            \
    " AND " HAS_PGSQL(text, b) " AND " HAS_PGSQL(text, c) " AND " HAS_PGSQL(                      \
        text,                                                                                     \
        d) " AND " HAS_PGSQL(text,                                                                \
                             e) " AND " HAS_PGSQL(text,                                           \
                                                  f) " AND " HAS_PGSQL(text,                      \
                                                                       g) " AND " HAS_PGSQL(text, \
                                                                                            h)

/* PostgreSQL finds the spaces that have certain words by an index, if they are few; the texts are
 * compared all the same. SQLite, which needs an index of words as a table of its own, reads the
 * texts through. */
#define WORDS "array_to_tsvector(string_to_array(ltrim(search), ' '))"
#define FEW_SQLITE "$25 IS NOT NULL"
#define FEW_PGSQL "($25 = '' OR " WORDS " @@ CAST($25 AS tsquery))"

/* The parameters $1 to $25 are bound by bind_filter(): empty ones are compared with nothing. */
/* clang-format off */
#define FILTER(KIND)                                                                               \
    "($8 < 0 OR is_archived = $8) AND ($2 = '' OR building_code = $2)"                             \
    " AND ($3 = '' OR floor = $3) AND ($4 < 0 OR capacity >= $4)"                                  \
    " AND ($5 < 0 OR capacity <= $5) AND ($6 = '' OR policy = $6) AND " FEW_##KIND " AND "         \
    HAS_ALL_##KIND("features", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24") " AND "     \
    HAS_ALL_##KIND("search", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16")                \
    " AND ($7 = '' OR " ONE_OF_##KIND("managers", "$7") ") AND " SEEN_BY("$1", ONE_OF_##KIND)
/* clang-format on */

/* What is found: @a flag says whether the policy is wanted. */
#define FOUND(flag)                                                                             \
    "SELECT {spaces},"                                                                          \
    " CASE WHEN " flag " = 1 THEN (SELECT body FROM policies WHERE id = spaces.policy) END,"    \
    " CASE WHEN " flag " = 1 THEN (SELECT version FROM policies WHERE id = spaces.policy) END," \
    " CASE WHEN policy IS NULL OR EXISTS (SELECT 1 FROM policies WHERE id = spaces.policy"      \
    " AND strpos(see, '\"everyone\"') > 0) THEN 1 ELSE 0 END FROM spaces WHERE "

/* A page: its ids are found by what the index has, and only their rows are read.
 * @param behind  whether a space stands behind the place of $26 to $28
 * @param order   what the order begins with */
#define PAGE(behind, order, KIND, index)                                                 \
    FOUND("$30")                                                                         \
    "id IN (SELECT id FROM spaces" index " WHERE " behind                                \
    " AND " FILTER(KIND) " ORDER BY " order                                              \
                         "sort_key {bytewise}, id {bytewise} LIMIT $29) ORDER BY " order \
                         "sort_key {bytewise}, id {bytewise}"

#define PAGES(behind, order, index)                                   \
    {                                                                 \
        .sqlite3 = PAGE(behind, order, SQLITE, " INDEXED BY " index), \
        .pgsql = PAGE(behind, order, PGSQL, "")                       \
    }
#define BEHIND(first) "(" first ", sort_key {bytewise}, id {bytewise}) > ($26, $27, $28)"
#define BEHIND_NAME \
    "CAST($26 AS {int}) IS NOT NULL AND (sort_key {bytewise}, id {bytewise}) > ($27, $28)"

#define FIND(ONE_OF) FOUND("$3") "id = $1 AND " SEEN_BY("$2", ONE_OF)
#define FIND_TO_CHANGE(ONE_OF) \
    "SELECT {spaces} FROM spaces WHERE id = $1 AND " SEEN_BY("$2", ONE_OF)
/* SQLite would sort the spaces to count them: the caller adds them up. */
#define FACETS(count, KIND, rest) \
    "SELECT building_code, floor, features, " count " FROM spaces" rest " WHERE " FILTER(KIND)

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
    [SPACE_EACH + SPACE_V1_SORT_ORDER] =
        PAGES(BEHIND("sort_order"), "sort_order, ", "spaces_by_order"),
    [SPACE_EACH + SPACE_V1_SORT_NAME] = PAGES(BEHIND_NAME, "", "spaces_by_name"),
    [SPACE_EACH + SPACE_V1_SORT_CAPACITY] =
        PAGES(BEHIND(BY_CAPACITY), BY_CAPACITY ", ", "spaces_by_capacity"),
    [SPACE_FACETS] = {.sqlite3 = FACETS("1", SQLITE, " INDEXED BY spaces_by_order"),
                      .pgsql =
                          FACETS("count(*)", PGSQL, "") " GROUP BY building_code, floor, features"},
    [SPACE_POLICY_INSERT] = {"INSERT INTO policies ({policies}) VALUES ({policies values})"},
    [SPACE_POLICY_FIND] = {"SELECT {policies} FROM policies WHERE id = $1"},
    [SPACE_POLICY_LIST] = {"SELECT {policies} FROM policies WHERE id {bytewise} > $1"
                           " ORDER BY id {bytewise} LIMIT $2"},
    [SPACE_POLICY_UPDATE] = {"UPDATE policies SET body = $2, see = $3, version = $4,"
                             " changed_ns = $5 WHERE id = $1 AND version = $4 - 1"},
    [SPACE_POLICY_REMOVE] = {"DELETE FROM policies WHERE id = $1 AND ($2 = 0 OR version = $2)"},
    [SPACE_POLICY_SPACES] = {"SELECT id FROM spaces WHERE policy = $1 ORDER BY id LIMIT $2"},
    BK_DB_KEYS_STATEMENTS(SPACE_KEYS, "space_keys"),
};

/* Policies come first, for spaces name them. */
static const bk_db_table_t tables[] = {
    {"policies", &space_policy_fields}, {"spaces", &space_v1_fields}, {NULL}};

const bk_db_schema_t space_store_dbd_schema = {"space", SPACE_STATEMENTS, statements,
                                               steps,   tables,           SPACE_KEYS};
