#include "bk_db_sql.h"

#include <string.h>

#include <apr_strings.h>

/* ---- columns of a table -------------------------------------------------------------------------
 */

/* Writes one column of a list; @a number is that of its parameter. */
typedef const char *(*writer_t)(const bk_field_t *field, int number, apr_pool_t *p);

static const char *write_column(const bk_field_t *field, int number, apr_pool_t *p)
{
    return field->column;
}

static const char *write_value(const bk_field_t *field, int number, apr_pool_t *p)
{
    return apr_psprintf(p, "$%d", number);
}

static const char *write_typed(const bk_field_t *field, int number, apr_pool_t *p)
{
    static const char *const types[] = {
        [BK_FIELD_INT] = "{int}",   [BK_FIELD_ID] = "{int}",  [BK_FIELD_NS] = "{int}",
        [BK_FIELD_FLAG] = "{flag}", [BK_FIELD_TEXT] = "TEXT", [BK_FIELD_BYTES] = "{bytes}",
    };

    return apr_psprintf(p, "CAST($%d AS %s)", number, types[field->kind]);
}

static const char *write_excluded(const bk_field_t *field, int number, apr_pool_t *p)
{
    return apr_psprintf(p, "%s = excluded.%s", field->column, field->column);
}

static const char *write_set(const bk_field_t *field, int number, apr_pool_t *p)
{
    return apr_psprintf(p, "%s = $%d", field->column, number);
}

static const char *write_list(const bk_fields_t *fields, int first, writer_t writer, apr_pool_t *p)
{
    const char *list = "";
    int i;

    for (i = first; i < fields->count; i++) {
        list =
            apr_pstrcat(p, list, i > first ? ", " : "", writer(&fields->list[i], i + 1, p), NULL);
    }
    return list;
}

static const char *find_parameter(const bk_fields_t *fields, const char *column, apr_pool_t *p)
{
    int i;

    for (i = 0; i < fields->count; i++) {
        if (strcmp(fields->list[i].column, column) == 0) {
            return write_value(&fields->list[i], i + 1, p);
        }
    }
    return NULL;
}

/* @param rest  what follows the table's name within the braces */
static const char *of_table(const bk_fields_t *fields, const char *rest, apr_pool_t *p)
{
    static const struct {
        const char *rest;
        int first;
        writer_t writer;
    } lists[] = {
        {"", 0, write_column},      {" values", 0, write_value},
        {" typed", 0, write_typed}, {" excluded", 1, write_excluded},
        {" set", 1, write_set},
    };
    unsigned int i;

    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        if (strcmp(rest, lists[i].rest) == 0) {
            return write_list(fields, lists[i].first, lists[i].writer, p);
        }
    }
    return *rest == '.' ? find_parameter(fields, rest + 1, p) : NULL;
}

/* ---- words in braces ----------------------------------------------------------------------------
 */

/* @return the replacement of a word; NULL: it is not a known word */
static const char *replace(const char *word, const bk_db_table_t *tables,
                           const bk_db_sql_word_t *words, apr_pool_t *p)
{
    apr_size_t len = strcspn(word, " .");
    const char *text = NULL;

    for (; words->word; words++) {
        if (strcmp(word, words->word) == 0) {
            return words->text;
        }
    }
    for (; tables && tables->name && !text; tables++) {
        if (strlen(tables->name) == len && memcmp(word, tables->name, len) == 0) {
            text = of_table(tables->fields, word + len, p);
        }
    }
    return text;
}

const char *bk_db_sql(const char *text, const bk_db_table_t *tables, const bk_db_sql_word_t *words,
                      apr_pool_t *p)
{
    const char *done = "";
    const char *open, *close;

    while ((open = strchr(text, '{')) && (close = strchr(open, '}'))) {
        const char *word = apr_pstrmemdup(p, open + 1, (apr_size_t)(close - open - 1));
        const char *put = replace(word, tables, words, p);

        done = apr_pstrcat(
            p, done, apr_pstrmemdup(p, text, (apr_size_t)(open - text)),
            put ? bk_db_sql(put, tables, words, p) : apr_pstrcat(p, "{", word, "}", NULL), NULL);
        text = close + 1;
    }
    return *done ? apr_pstrcat(p, done, text, NULL) : text;
}
