/* The statements on spaces and policies in a database. */
#include <apr_general.h>

#include "space_store_dbd_private.h"

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

/* Whether a text has all of eight parts, those that are empty left out; SQLite has them in one
 * list. PostgreSQL looks for them one after the other up to the first that is empty. Its planner
 * takes "<> 0" for nearly always true, and "> 0" for true one time in three. */
/* clang-format off */
#define HAS_ALL_SQLITE(text, list, a, b, c, d, e, f, g, h)                                         \
    "(" list " = '' OR has_all(" text ", " list "))"
#define HAS(text, part) "(" part " = '' OR strpos(" text ", " part ") <> 0"
#define HAS_ALL_PGSQL(text, list, a, b, c, d, e, f, g, h)                                          \
    TEXT(list) HAS(text, a) " AND " HAS(text, b) " AND " HAS(text, c) " AND " HAS(text, d)         \
    " AND " HAS(text, e) " AND " HAS(text, f) " AND " HAS(text, g) " AND " HAS(text, h) "))))))))"

/* A parameter that the other database alone needs: PostgreSQL wants to know what it is. */
#define TEXT(parameter) "CAST(" parameter " AS TEXT) IS NOT NULL AND "
#define MARKS_SQLITE(marks)
#define MARKS_PGSQL(marks) "CAST(" marks " AS {int}) IS NOT NULL AND "

/* The parameters $1 to $27 are bound by bind_filter(): empty ones are compared with nothing. SQLite
 * looks at them in the order in which they stand here: what leaves most spaces out comes first. */
#define FILTER(KIND)                                                                               \
    MARKS_##KIND("$27")                                                                            \
    "($2 = '' OR building_code = $2) AND ($4 < 0 OR capacity >= $4) AND "                          \
    HAS_ALL_##KIND("features", "$26", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24")      \
    " AND " HAS_ALL_##KIND("search", "$25", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16") \
    " AND ($8 < 0 OR is_archived = $8) AND ($3 = '' OR floor = $3)"                                \
    " AND ($5 < 0 OR capacity <= $5) AND ($6 = '' OR policy = $6)"                                 \
    " AND ($7 = '' OR " ONE_OF_##KIND("managers", "$7") ") AND " SEEN_BY("$1", ONE_OF_##KIND)

/* Where the spaces of a search are taken from: all of them, in SQLite in an order that its index
 * has; all that have the marks which are looked for; or those alone that the index of words has, if
 * they are few. They are looked at one by one all the same. */
#define FROM_SQLITE(index) "spaces INDEXED BY " index " WHERE "
#define ALL_SQLITE(index) FROM_SQLITE(index) "$27 = 0 AND "
#define MARKED_SQLITE(index) FROM_SQLITE(index) "(marks & $27) = $27 AND "
#define ALL_PGSQL(index) "spaces WHERE "
#define FEW_SQLITE(query, from, to)                                                                \
    "(SELECT DISTINCT space FROM space_words WHERE word >= " from " AND word < " to ") AS few"     \
    " CROSS JOIN spaces WHERE spaces.id = few.space AND "
/* PostgreSQL's planner does not see the words: it would make a plan for each search, which takes a
 * fifth of its time, and look at all spaces for one that most have, the most expensive way. */
#define QUERY(query) " @@ (SELECT CAST(" query " AS tsquery))"
#define FEW_PGSQL(query, from, to)                                                                 \
    "spaces WHERE " TEXT(from) TEXT(to) SPACE_BEGINNINGS_PGSQL QUERY(query) " AND "
/* clang-format on */

/* What is found: @a flag says whether the policy is wanted, @a all whether everybody sees it. */
#define FOUND(flag, all)                                                                        \
    "SELECT {spaces},"                                                                          \
    " CASE WHEN " flag " = 1 THEN (SELECT body FROM policies WHERE id = spaces.policy) END,"    \
    " CASE WHEN " flag " = 1 THEN (SELECT version FROM policies WHERE id = spaces.policy) END," \
    " " all " FROM "
#define SEEN_BY_ALL                                                                       \
    "CASE WHEN policy IS NULL OR EXISTS (SELECT 1 FROM policies WHERE id = spaces.policy" \
    " AND strpos(see, '\"everyone\"') > 0) THEN 1 ELSE 0 END"

/* A page. SQLite finds its ids by what the index has, and reads only their rows. PostgreSQL reads
 * the rows as it looks at them; to look them up again by their ids would take as long as all the
 * rest, and half of that to plan it, which it does each time. But the few that the index of words
 * has come in no order: of what is sorted it takes what it is sorted by, and where the row lies
 * (ctid), which within a statement does not change.
 * @param from    where they are taken from
 * @param behind  whether a space stands behind the place of $28 to $30
 * @param order   what the order begins with */
/* clang-format off */
#define IN_ORDER(order) " ORDER BY " order "sort_key {bytewise}, id {bytewise}"
#define PAGE_SQLITE(from, behind, order)                                                           \
    FOUND("$32", "0") "spaces WHERE id IN (SELECT id FROM " from FILTER(SQLITE) " AND " behind      \
    IN_ORDER(order) " LIMIT $31)" IN_ORDER(order)
#define PAGE_PGSQL(from, behind, order)                                                            \
    FOUND("$32", "0") from FILTER(PGSQL) " AND " behind IN_ORDER(order) " LIMIT $31"
#define PAGE_SORTED_PGSQL(from, behind, order)                                                     \
    FOUND("$32", "0") "spaces WHERE ctid = ANY (ARRAY(SELECT ctid FROM " from FILTER(PGSQL)        \
    " AND " behind IN_ORDER(order) " LIMIT $31))" IN_ORDER(order)

#define PAGES(sort, behind, order, index)                                                          \
    [SPACE_EACH + (sort)] = {.sqlite3 = PAGE_SQLITE(ALL_SQLITE(index), behind, order),            \
                             .pgsql = PAGE_PGSQL(ALL_PGSQL(index), behind, order)},               \
    [SPACE_EACH_MARKED + (sort)] = {                                                               \
        .sqlite3 = PAGE_SQLITE(MARKED_SQLITE(index), behind, order),                              \
        .pgsql = PAGE_PGSQL(ALL_PGSQL(index), behind, order)},                                    \
    [SPACE_EACH_OF_FEW + (sort)] = {                                                               \
        .sqlite3 = PAGE_SQLITE(FEW_SQLITE("$33", "$34", "$35"), behind, order),                   \
        .pgsql = PAGE_SORTED_PGSQL(FEW_PGSQL("$33", "$34", "$35"), behind, order)},                      \
    [SPACE_EACH_OF_IDS + (sort)] = {                                                               \
        .sqlite3 = PAGE_SQLITE(IDS_SQLITE("$33"), behind, order),                                 \
        .pgsql = PAGE_PGSQL(IDS_PGSQL("$33"), behind, order)}
/* clang-format on */

/* Spaces whose ids are given. */
#define IDS_SQLITE(ids) "spaces NOT INDEXED WHERE id IN (SELECT value FROM json_each(" ids ")) AND "
#define IDS_PGSQL(ids) \
    "spaces WHERE id IN (SELECT json_array_elements_text(CAST(" ids " AS json))) AND "
#define BEHIND(first) "(" first ", sort_key {bytewise}, id {bytewise}) > ($28, $29, $30)"
#define BEHIND_NAME \
    "CAST($28 AS {int}) IS NOT NULL AND (sort_key {bytewise}, id {bytewise}) > ($29, $30)"

#define FIND(ONE_OF) FOUND("$3", SEEN_BY_ALL) "spaces WHERE id = $1 AND " SEEN_BY("$2", ONE_OF)
#define FIND_TO_CHANGE(ONE_OF) \
    "SELECT {spaces} FROM spaces WHERE id = $1 AND " SEEN_BY("$2", ONE_OF)
/* SQLite would sort the spaces to count them: the caller adds them up. */
#define FACETS_SQLITE(from) "SELECT building_code, floor, features, 1 FROM " from FILTER(SQLITE)
#define FACETS_PGSQL(from)                                               \
    "SELECT building_code, floor, features, count(*) FROM " from FILTER( \
        PGSQL) " GROUP BY building_code, floor, features"

/* How many spaces the index of words has, as far as they are worth counting: in SQLite for each of
 * four ranges, in PostgreSQL for all words at once. */
/* clang-format off */
#define FEW APR_STRINGIFY(SPACE_FEW)
#define COUNT_SQLITE(from, to)                                                                     \
    "(SELECT count(*) FROM (SELECT 1 FROM space_words WHERE word >= " from " AND word < " to       \
    " LIMIT " FEW "))"
#define COUNT_PGSQL                                                                                \
    "SELECT count(*), " FEW ", " FEW ", " FEW " FROM (SELECT 1 AS one FROM spaces WHERE "          \
    TEXT("$2") TEXT("$3") TEXT("$4") TEXT("$5") TEXT("$6") TEXT("$7") TEXT("$8") TEXT("$9")        \
    SPACE_BEGINNINGS_PGSQL QUERY("$1") " LIMIT " FEW ") AS few"
/* clang-format on */

/* No space is removed, and each change counts its version up: no two states of the table, one after
 * the other, have the same number and sum. A policy that was removed was no space's. */
#define STAMP                                                                            \
    "SELECT (SELECT count(*) || ' ' || COALESCE(sum(version), 0) FROM spaces) || ' ' ||" \
    " (SELECT count(*) || ' ' || COALESCE(sum(version), 0) || ' ' ||"                    \
    " COALESCE(max(changed_ns), 0) FROM policies)"

const bk_db_sql_t space_store_dbd_statements[SPACE_STATEMENTS] = {
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
    PAGES(SPACE_V1_SORT_ORDER, BEHIND("sort_order"), "sort_order, ", "spaces_by_order"),
    PAGES(SPACE_V1_SORT_NAME, BEHIND_NAME, "", "spaces_by_name"),
    PAGES(SPACE_V1_SORT_CAPACITY, BEHIND(SPACE_BY_CAPACITY), SPACE_BY_CAPACITY ", ",
          "spaces_by_capacity"),
    [SPACE_COUNT_WORDS] = {.sqlite3 = "SELECT " COUNT_SQLITE("$2", "$3") ", " COUNT_SQLITE(
                               "$4", "$5") ", " COUNT_SQLITE("$6", "$7") ", " COUNT_SQLITE("$8",
                                                                                           "$9"),
                           .pgsql = COUNT_PGSQL},
    [SPACE_FACETS] = {.sqlite3 = FACETS_SQLITE(ALL_SQLITE("spaces_by_order")),
                      .pgsql = FACETS_PGSQL(ALL_PGSQL(""))},
    [SPACE_FACETS_MARKED] = {.sqlite3 = FACETS_SQLITE(MARKED_SQLITE("spaces_by_order")),
                             .pgsql = FACETS_PGSQL(ALL_PGSQL(""))},
    [SPACE_FACETS_OF_FEW] = {.sqlite3 = FACETS_SQLITE(FEW_SQLITE("$28", "$29", "$30")),
                             .pgsql = FACETS_PGSQL(FEW_PGSQL("$28", "$29", "$30"))},
    [SPACE_STAMP] = {.sqlite3 = STAMP, .pgsql = STAMP " || ' ' || pg_is_in_recovery()"},
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
