#include "bk_db_fill.h"

#include <apr_strings.h>
#include <apr_tables.h>

#include "bk_db_note.h"
#include "bk_db_private.h"

/* Rows of a page: SQLite takes 32766 parameters in a statement, PostgreSQL 65535. */
enum { PAGE = 256 };

typedef struct page_t {
    const bk_db_fill_t *fill;
    bk_db_value_t last;                                  /* the key of the last row that was read */
    bk_db_value_t args[PAGE * (BK_DB_FILL_COLUMNS + 1)]; /* of the statement that writes */
    int read, written;                                   /* rows */
    int columns;                                         /* to write */
    apr_pool_t *pool;
} page_t;

/* ---- texts --------------------------------------------------------------------------------------
 */

static int count(const char *const *columns)
{
    int n = 0;

    while (columns[n]) {
        n++;
    }
    return n;
}

static const char *text_to_read(const bk_db_fill_t *fill, apr_pool_t *p)
{
    const char *columns = fill->key;
    int i;

    for (i = 0; fill->from[i]; i++) {
        columns = apr_pstrcat(p, columns, ", ", fill->from[i], NULL);
    }
    return apr_psprintf(p, "SELECT %s FROM %s WHERE %s > $1 ORDER BY %s LIMIT %d", columns,
                        fill->table, fill->key, fill->key, PAGE);
}

/* ($1, $2), ($3, $4) ... with types, which PostgreSQL does not infer for VALUES. */
static const char *text_of_rows(const page_t *page)
{
    apr_array_header_t *rows = apr_array_make(page->pool, PAGE, sizeof(const char *));
    int i, j, number = 1;

    for (i = 0; i < page->written; i++) {
        const char *row = apr_psprintf(page->pool, "(CAST($%d AS %s)", number++,
                                       page->fill->is_text ? "TEXT" : "{int}");

        for (j = 0; j < page->columns; j++) {
            row = apr_psprintf(page->pool, "%s, CAST(CAST($%d AS TEXT) AS %s)", row, number++,
                               page->fill->is_number ? "{int}" : "TEXT");
        }
        APR_ARRAY_PUSH(rows, const char *) = apr_pstrcat(page->pool, row, ")", NULL);
    }
    return apr_array_pstrcat(page->pool, rows, ',');
}

static const char *text_to_write(const bk_db_t *db, const page_t *page)
{
    const bk_db_fill_t *fill = page->fill;
    const char *set = "";
    int i;

    for (i = 0; i < page->columns; i++) {
        set = apr_psprintf(page->pool, "%s%s%s = given.column%d", set, i ? ", " : "", fill->to[i],
                           i + 2);
    }
    return bk_db_sql(apr_psprintf(page->pool,
                                  "UPDATE %s SET %s FROM (VALUES %s) AS given"
                                  " WHERE %s.%s = given.column1",
                                  fill->table, set, text_of_rows(page), fill->table, fill->key),
                     NULL, db->driver->words, page->pool);
}

/* ---- pages --------------------------------------------------------------------------------------
 */

static apr_status_t compute_row(page_t *page, const bk_db_value_t *row)
{
    bk_db_value_t *args = page->args + page->written * (page->columns + 1);
    const char *values[BK_DB_FILL_COLUMNS] = {NULL};
    apr_status_t rv = page->fill->compute(row, values, page->pool);
    int i;

    page->last = row[0];
    page->read++;
    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
    }
    args[0] = row[0];
    for (i = 0; i < page->columns; i++) {
        args[i + 1] = bk_db_text(values[i]);
    }
    page->written++;
    return APR_SUCCESS;
}

static apr_status_t read_rows(bk_db_t *db, void *statement, page_t *page, int columns)
{
    const bk_db_value_t last[] = {page->last};
    bk_db_value_t row[BK_DB_FILL_COLUMNS + 1];
    apr_status_t rv = bk_db_note(db, db->driver->start(db->session, statement, last, 1));
    int i;

    while (rv == APR_SUCCESS) {
        for (i = 0; i < columns; i++) {
            db->driver->column(statement, i, &row[i], page->pool);
        }
        rv = compute_row(page, row);
        if (rv == APR_SUCCESS) {
            rv = bk_db_note(db, db->driver->next(db->session, statement));
        }
    }
    db->driver->finish(db->session, statement);
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

static apr_status_t read_page(bk_db_t *db, page_t *page)
{
    void *statement = NULL;
    const char *sql = text_to_read(page->fill, page->pool);
    apr_status_t rv =
        bk_db_note(db, db->driver->prepare(db->session, NULL, sql, &statement, page->pool));

    if (rv == APR_SUCCESS) {
        rv = read_rows(db, statement, page, count(page->fill->from) + 1);
        db->driver->finalize(db->session, statement);
    }
    return rv;
}

static apr_status_t write_page(bk_db_t *db, page_t *page)
{
    void *statement = NULL;
    apr_status_t rv;

    if (page->written == 0) {
        return APR_SUCCESS;
    }
    rv = bk_db_note(db, db->driver->prepare(db->session, NULL, text_to_write(db, page), &statement,
                                            page->pool));
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_db_note(db, db->driver->start(db->session, statement, page->args,
                                          page->written * (page->columns + 1)));
    db->driver->finish(db->session, statement);
    db->driver->finalize(db->session, statement);
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

/* The memory of a page is released with the next one, but for its last key. */
static apr_status_t fill_page(bk_db_t *db, page_t *page, apr_pool_t *p)
{
    apr_status_t rv;

    page->read = page->written = 0;
    rv = read_page(db, page);
    if (rv == APR_SUCCESS) {
        rv = write_page(db, page);
    }
    if (rv == APR_SUCCESS && page->last.type == BK_DB_TEXT) {
        page->last.text = apr_pstrdup(p, page->last.text);
    }
    apr_pool_clear(page->pool);
    return rv;
}

apr_status_t bk_db_fill(bk_db_t *db, const bk_db_fill_t *fill, apr_pool_t *p)
{
    page_t *page = apr_pcalloc(p, sizeof(*page));
    apr_status_t rv = apr_pool_create(&page->pool, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    page->fill = fill;
    page->columns = count(fill->to);
    page->last = fill->is_text ? bk_db_text("") : bk_db_int(INT64_MIN);
    do {
        rv = fill_page(db, page, p);
    } while (rv == APR_SUCCESS && page->read == PAGE);
    apr_pool_destroy(page->pool);
    return rv;
}
