/* The migrations of the tables of spaces and policies in a database. */
#include <apr_strings.h>

#include "bk_db_fill.h"
#include "space_store_dbd_private.h"
#include "space_v1_derive.h"
#include "space_v1_marks.h"

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

static const char *const marked_from[] = {"search", "features", NULL};
static const char *const marked[] = {"marks", NULL};

static apr_status_t compute_marks(const bk_db_value_t *row, const char **values, apr_pool_t *p)
{
    values[0] = apr_psprintf(p, "%" APR_INT64_T_FMT, space_v1_marks(row[1].text, row[2].text));
    return APR_SUCCESS;
}

static apr_status_t fill_marks(bk_db_t *db, apr_pool_t *p)
{
    static const bk_db_fill_t fill = {.table = "spaces",
                                      .key = "id",
                                      .is_text = 1,
                                      .from = marked_from,
                                      .to = marked,
                                      .is_number = 1,
                                      .compute = compute_marks};

    return bk_db_fill(db, &fill, p);
}

/* In SQLite references hold only on connections that ask for it, and then for all tables: triggers
 * hold for everybody. */
#define NO_POLICY                                     \
    " WHEN NEW.policy IS NOT NULL AND NOT EXISTS"     \
    " (SELECT 1 FROM policies WHERE id = NEW.policy)" \
    " BEGIN SELECT RAISE(ABORT, 'the space names a policy that is not there'); END;"

/* In SQLite the index of an order has all that a search looks at, so that the rows, which are wide,
 * are not read. In PostgreSQL an index's entry has to be short; there the rows themselves are read.
 */
#define LOOKED_AT \
    ", is_archived, building_code, floor, capacity, policy, managers, features, search);"
/* What is looked at first comes first: SQLite reads an entry up to there. */
#define MARKED(name, order)                                       \
    "DROP INDEX " name ";CREATE INDEX " name " ON spaces (" order \
    ", marks, is_archived, building_code, floor, capacity, policy, managers, features, search);"

/* SQLite's index of words is a table, which triggers keep, whoever writes spaces. A text of
 * bk_search_text() has a blank before each word: as JSON it can be cut there. */
/* clang-format off */
#define WORDS_OF(text)                                                                             \
    "json_each('[' || replace(json_quote(ltrim(" text ")), ' ', '\",\"') || ']') AS word"          \
    " WHERE word.value <> ''"
#define FILL_WORDS                                                                                 \
    "INSERT INTO space_words SELECT DISTINCT word.value, spaces.id FROM spaces, "                  \
    WORDS_OF("spaces.search") ";"
#define ADD_WORDS                                                                                  \
    " INSERT INTO space_words SELECT DISTINCT word.value, NEW.id FROM " WORDS_OF("NEW.search") ";"
#define DROP_WORDS                                                                                 \
    " DELETE FROM space_words WHERE space = OLD.id AND word IN"                                    \
    " (SELECT word.value FROM " WORDS_OF("OLD.search") ");"
/* clang-format on */

const bk_db_sql_t space_store_dbd_migrations[] = {
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
         "CREATE INDEX spaces_by_capacity ON spaces (" SPACE_BY_CAPACITY ", sort_key, id" LOOKED_AT,
     .pgsql = "ALTER TABLE spaces ADD CONSTRAINT spaces_policy"
              " FOREIGN KEY (policy) REFERENCES policies (id);"
              "CREATE INDEX spaces_by_order ON spaces"
              " (sort_order, sort_key {bytewise}, id {bytewise});"
              "CREATE INDEX spaces_by_name ON spaces (sort_key {bytewise}, id {bytewise});"
              "CREATE INDEX spaces_by_capacity ON spaces"
              " ((" SPACE_BY_CAPACITY "), sort_key {bytewise}, id {bytewise});"
              "CREATE INDEX spaces_by_word ON spaces USING gin"
              " (array_to_tsvector(string_to_array(ltrim(search), ' ')))",
     .run = fill_v1},
    /* 3: requests that may be repeated */
    {BK_DB_KEYS_TABLE("space_keys")},
    /* 4: indexes that searches lacked */
    {"CREATE INDEX spaces_by_version ON spaces (version)",
     .sqlite3 =
         "CREATE TABLE space_words ("
         "  word TEXT NOT NULL,"
         "  space TEXT NOT NULL,"
         "  PRIMARY KEY (word, space)) {without rowid};" FILL_WORDS
         "CREATE TRIGGER spaces_words_added AFTER INSERT ON spaces BEGIN" ADD_WORDS " END;"
         "CREATE TRIGGER spaces_words_changed AFTER UPDATE OF id, search ON spaces"
         " WHEN OLD.id <> NEW.id OR OLD.search <> NEW.search BEGIN" DROP_WORDS ADD_WORDS " END;"
         "CREATE TRIGGER spaces_words_removed AFTER DELETE ON spaces BEGIN" DROP_WORDS " END",
     .pgsql = "CREATE INDEX spaces_by_building ON spaces"
              " (building_code, sort_order, sort_key {bytewise}, id {bytewise})"},
    /* 5: what most spaces are left out by. A row that is written without marks has them all. Only
       SQLite asks for them: PostgreSQL's rows take as long to get as to look at. */
    {"ALTER TABLE spaces ADD COLUMN marks {int} NOT NULL DEFAULT -1",
     .sqlite3 = MARKED("spaces_by_order", "sort_order, sort_key, id")
         MARKED("spaces_by_name", "sort_key, id")
             MARKED("spaces_by_capacity", SPACE_BY_CAPACITY ", sort_key, id"),
     .run = fill_marks},
    /* 6: an index that is asked for what it has, and never for all that begins so */
    {.pgsql = "DROP INDEX spaces_by_word;"
              "CREATE INDEX spaces_by_beginning ON spaces USING gin (" SPACE_BEGINNINGS_PGSQL ")"},
    {NULL}};
