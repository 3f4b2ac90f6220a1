#include "bk_db_copy.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_db_digest.h"

/* What is done with a table. Its statements are numbered by these, after those of the tables before
 * it. */
enum { FIRST, NEXT, ADD, CLEAR, COPIED, VERBS };

/* Rows of a page. */
#define PAGE 1000

typedef struct copy_t {
    bk_db_t *from;
    bk_db_t *to;
    const bk_db_table_t *tables;
    bk_db_digest_t *digests; /* of what was read, by table */
    const char *problem;
    apr_pool_t *pool;
} copy_t;

/* ---- the schema ------------------------------------------------------------------------------ */

static const bk_db_sql_t no_steps[] = {{NULL}};

/* Columns of a primary key, at the most. */
enum { KEYS = 4 };

static int count_keys(const bk_db_table_t *table)
{
    return table->keys ? table->keys : 1;
}

/* The columns of the primary key: a, b; and their parameters: $1, $2. */
static void write_key(const bk_db_table_t *table, const char **columns, const char **values,
                      apr_pool_t *p)
{
    int i;

    *columns = table->fields->list[0].column;
    *values = "$1";
    for (i = 1; i < count_keys(table); i++) {
        *columns = apr_pstrcat(p, *columns, ", ", table->fields->list[i].column, NULL);
        *values = apr_psprintf(p, "%s, $%d", *values, i + 1);
    }
}

static void write_statements(bk_db_sql_t *statements, const bk_db_table_t *table, apr_pool_t *p)
{
    const char *name = table->name, *key, *values;

    write_key(table, &key, &values, p);
    statements[FIRST].both =
        apr_psprintf(p, "SELECT {%s} FROM %s ORDER BY %s LIMIT %d", name, name, key, PAGE);
    statements[NEXT].both =
        apr_psprintf(p, "SELECT {%s} FROM %s WHERE (%s) > (%s) ORDER BY %s LIMIT %d", name, name,
                     key, values, key, PAGE);
    statements[ADD].both =
        apr_psprintf(p, "INSERT INTO %s ({%s}) VALUES ({%s values})", name, name, name);
    statements[CLEAR].both = apr_psprintf(p, "DELETE FROM %s", name);
    statements[COPIED] = table->copied;
}

static int count_tables(const bk_db_table_t *tables)
{
    int count = 0;

    while (tables[count].name) {
        count++;
    }
    return count;
}

const bk_db_schema_t *bk_db_copy_schema(const bk_db_schema_t *const *stores, apr_pool_t *p)
{
    bk_db_schema_t *schema = apr_pcalloc(p, sizeof(*schema));
    bk_db_table_t *tables;
    bk_db_sql_t *statements;
    int i, j, count = 0;

    for (i = 0; stores[i]; i++) {
        count += count_tables(stores[i]->tables);
    }
    tables = apr_pcalloc(p, sizeof(*tables) * (apr_size_t)(count + 1));
    statements = apr_pcalloc(p, sizeof(*statements) * (apr_size_t)(count * VERBS));
    schema->component = "copy";
    schema->count = count * VERBS;
    schema->statements = statements;
    schema->steps = no_steps;
    schema->tables = tables;
    for (i = 0; stores[i]; i++) {
        for (j = 0; stores[i]->tables[j].name; j++) {
            if (stores[i]->tables[j].is_view) {
                continue;
            }
            *tables = stores[i]->tables[j];
            write_statements(statements, tables, p);
            tables++;
            statements += VERBS;
        }
    }
    return schema;
}

/* ---- reading a table ------------------------------------------------------------------------- */

/* The reading of a table: what is done with each row; and the number of rows and the last key of
 * the present page. */
typedef struct reading_t {
    copy_t *copy;
    int table;
    apr_status_t (*row)(struct reading_t *reading, const bk_db_value_t *row);
    bk_db_digest_t digest;
    int rows;
    bk_db_value_t key[KEYS];
    apr_pool_t *page;
} reading_t;

static apr_status_t read_row(void *baton, const bk_db_value_t *row)
{
    reading_t *reading = baton;
    int columns = reading->copy->tables[reading->table].fields->count;
    apr_status_t rv = bk_db_digest_add(&reading->digest, row, columns);
    int i;

    if (rv == APR_SUCCESS && reading->row) {
        rv = reading->row(reading, row);
    }
    if (rv == APR_SUCCESS && ++reading->rows == PAGE) {
        for (i = 0; i < count_keys(&reading->copy->tables[reading->table]); i++) {
            reading->key[i] = row[i];
            reading->key[i].text = apr_pstrmemdup(reading->page, row[i].text, row[i].len);
        }
    }
    return rv;
}

/* Read page by page; each begins after the last key of the one before. */
static apr_status_t read_table(reading_t *reading, bk_db_t *db)
{
    const bk_db_table_t *table = &reading->copy->tables[reading->table];
    int statement = reading->table * VERBS + FIRST;
    apr_pool_t *before = NULL;
    apr_status_t rv;

    do {
        bk_db_value_t key[KEYS];

        memcpy(key, reading->key, sizeof(key));
        apr_pool_create(&reading->page, reading->copy->pool);
        reading->rows = 0;
        rv = bk_db_each(db, statement, key, statement % VERBS == NEXT ? count_keys(table) : 0,
                        table->fields->count, read_row, reading, reading->page);
        statement = reading->table * VERBS + NEXT;
        if (before) {
            apr_pool_destroy(before);
        }
        before = reading->page;
    } while (rv == APR_SUCCESS && reading->rows == PAGE);
    apr_pool_destroy(before);
    return rv;
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* Set the problem, unless there is an earlier one, which is the cause. @return @a rv */
static apr_status_t refuse(copy_t *copy, apr_status_t rv, int table, const char *what)
{
    if (rv != APR_SUCCESS && !copy->problem) {
        copy->problem = apr_psprintf(copy->pool, "table %s %s", copy->tables[table].name, what);
    }
    return rv;
}

static apr_status_t refuse_error(copy_t *copy, apr_status_t rv, int table, const char *what,
                                 const bk_db_t *db)
{
    return rv == APR_SUCCESS ? rv
                             : refuse(copy, rv, table,
                                      apr_pstrcat(copy->pool, what, ": ", bk_db_error(db), NULL));
}

/* The name of a row, for messages: its key, unless that is a digest. */
static const char *name_row(const bk_db_value_t *key, apr_pool_t *p)
{
    switch (key->type) {
    case BK_DB_INT:
        return apr_psprintf(p, "(source), row %" APR_INT64_T_FMT, key->number);
    case BK_DB_TEXT:
        return apr_psprintf(p, "(source), row %s", key->text);
    default:
        return "(source), a row";
    }
}

/* ---- copying --------------------------------------------------------------------------------- */

static apr_status_t has_row(reading_t *reading, const bk_db_value_t *row)
{
    return refuse(reading->copy, APR_EEXIST, reading->table,
                  "of the target has rows already: it has to be empty");
}

static apr_status_t must_be_empty(copy_t *copy, int table)
{
    reading_t reading = {.copy = copy, .table = table, .row = has_row};

    return refuse_error(copy, read_table(&reading, copy->to), table, "(target) cannot be read",
                        copy->to);
}

/* Texts are bound NUL-terminated, and PostgreSQL cannot store a NUL in a text. */
static int has_nul(const bk_db_value_t *row, int columns)
{
    int i;

    for (i = 0; i < columns; i++) {
        if (row[i].type == BK_DB_TEXT && strlen(row[i].text) != row[i].len) {
            return 1;
        }
    }
    return 0;
}

static apr_status_t add_row(reading_t *reading, const bk_db_value_t *row)
{
    copy_t *copy = reading->copy;
    int columns = copy->tables[reading->table].fields->count;
    apr_status_t rv;

    if (has_nul(row, columns)) {
        return refuse(copy, APR_EINVAL, reading->table,
                      apr_pstrcat(copy->pool, name_row(&row[0], copy->pool),
                                  ": a text with a NUL cannot be copied", NULL));
    }
    rv = bk_db_write(copy->to, reading->table * VERBS + ADD, row, columns, NULL);
    return rv == APR_SUCCESS
               ? rv
               : refuse_error(copy, rv, reading->table, name_row(&row[0], copy->pool), copy->to);
}

static apr_status_t ignore_row(void *baton, const bk_db_value_t *row)
{
    return APR_SUCCESS;
}

static apr_status_t clear_log(copy_t *copy, int table)
{
    return copy->tables[table].is_log
               ? refuse_error(copy, bk_db_write(copy->to, table * VERBS + CLEAR, NULL, 0, NULL),
                              table, "(target) cannot be cleared", copy->to)
               : APR_SUCCESS;
}

static apr_status_t end_table(copy_t *copy, int table)
{
    int statement = table * VERBS + COPIED;

    if (!bk_db_has(copy->to, statement)) {
        return APR_SUCCESS;
    }
    return refuse_error(copy,
                        bk_db_each(copy->to, statement, NULL, 0, 1, ignore_row, NULL, copy->pool),
                        table, "(target) was not completed", copy->to);
}

static apr_status_t copy_table(copy_t *copy, int table)
{
    reading_t reading = {.copy = copy, .table = table, .row = add_row};
    apr_status_t rv = clear_log(copy, table);

    if (rv == APR_SUCCESS) {
        rv = refuse_error(copy, read_table(&reading, copy->from), table, "(source) cannot be read",
                          copy->from);
    }
    if (rv == APR_SUCCESS) {
        rv = end_table(copy, table);
    }
    copy->digests[table] = reading.digest;
    return rv;
}

static apr_status_t compare_table(copy_t *copy, int table)
{
    reading_t reading = {.copy = copy, .table = table};
    apr_status_t rv = refuse_error(copy, read_table(&reading, copy->to), table,
                                   "(target) cannot be read back", copy->to);

    if (rv == APR_SUCCESS && !bk_db_digest_equal(&reading.digest, &copy->digests[table])) {
        rv = refuse(copy, APR_EMISMATCH, table,
                    apr_psprintf(copy->pool,
                                 "is not the same in the target: %" APR_INT64_T_FMT
                                 " rows were read, %" APR_INT64_T_FMT
                                 " are there, and not all of them as they were",
                                 copy->digests[table].rows, reading.digest.rows));
    }
    return rv;
}

static apr_status_t copy_tables(copy_t *copy)
{
    static apr_status_t (*const steps[])(copy_t * copy, int table) = {must_be_empty, copy_table,
                                                                      compare_table};
    apr_status_t rv = APR_SUCCESS;
    unsigned int step;
    int table;

    for (step = 0; step < sizeof(steps) / sizeof(steps[0]); step++) {
        for (table = 0; copy->tables[table].name && rv == APR_SUCCESS; table++) {
            rv = steps[step](copy, table);
        }
    }
    return rv;
}

/* Copy all tables, in one transaction of the target. */
static apr_status_t copy_into(copy_t *copy)
{
    apr_status_t rv = bk_db_begin(copy->to);

    if (rv == APR_SUCCESS) {
        rv = bk_db_end(copy->to, copy_tables(copy));
    }
    if (rv != APR_SUCCESS && !copy->problem) {
        copy->problem = apr_pstrcat(
            copy->pool, "the target failed",
            rv == APR_ECONNRESET || rv == APR_ETIMEDOUT
                ? ", and whether it has the rows is unknown; if it has, another copy is refused: "
                : ": ",
            bk_db_error(copy->to), NULL);
    }
    return rv;
}

apr_status_t bk_db_copy(bk_db_t *from, bk_db_t *to, const bk_db_table_t *tables, apr_int64_t *rows,
                        const char **problem, apr_pool_t *p)
{
    apr_size_t count = (apr_size_t)count_tables(tables);
    copy_t copy = {.from = from, .to = to, .tables = tables, .pool = p};
    apr_status_t rv = bk_db_begin_read(from);
    apr_size_t i;

    if (rv != APR_SUCCESS) {
        *problem = apr_pstrcat(p, "the source failed: ", bk_db_error(from), NULL);
        return rv;
    }
    copy.digests = apr_pcalloc(p, sizeof(*copy.digests) * count);
    rv = copy_into(&copy);
    (void)bk_db_end(from, APR_SUCCESS);
    for (i = 0; i < count; i++) {
        rows[i] = copy.digests[i].rows;
    }
    *problem = copy.problem;
    return rv;
}
