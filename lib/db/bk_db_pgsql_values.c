#include "bk_db_pgsql_private.h"

#include <string.h>

#include <apr_strings.h>

/* Types of columns, from pg_type.dat. */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23 };

static void grow(bk_db_pgsql_values_t *bound, int count, apr_pool_t *p)
{
    apr_size_t room = (apr_size_t)count;

    bound->values = apr_palloc(p, room * sizeof(*bound->values));
    bound->lengths = apr_palloc(p, room * sizeof(*bound->lengths));
    bound->formats = apr_palloc(p, room * sizeof(*bound->formats));
    bound->numbers = apr_palloc(p, room * sizeof(*bound->numbers));
    bound->room = count;
}

void bk_db_pgsql_values_bind(bk_db_pgsql_values_t *bound, const bk_db_value_t *args, int count,
                             apr_pool_t *p)
{
    int i;

    if (count > bound->room) {
        grow(bound, count, p);
    }
    for (i = 0; i < count; i++) {
        bound->values[i] = args[i].type == BK_DB_NULL ? NULL : args[i].text;
        bound->lengths[i] = (int)args[i].len;
        bound->formats[i] = args[i].type == BK_DB_BYTES;
        if (args[i].type == BK_DB_INT) {
            apr_snprintf(bound->numbers[i], sizeof(bound->numbers[i]), "%" APR_INT64_T_FMT,
                         args[i].number);
            bound->values[i] = bound->numbers[i];
        }
    }
}

static void read_bytes(const char *text, bk_db_value_t *value, apr_pool_t *p)
{
    size_t len;
    unsigned char *bytes = PQunescapeBytea((const unsigned char *)text, &len);

    value->type = BK_DB_BYTES;
    value->len = bytes ? len : 0;
    value->text = apr_pmemdup(p, bytes ? (const char *)bytes : "", value->len);
    PQfreemem(bytes);
}

void bk_db_pgsql_values_column(const PGresult *rows, int row, int index, bk_db_value_t *value,
                               apr_pool_t *p)
{
    const char *text = PQgetvalue(rows, row, index);

    memset(value, 0, sizeof(*value));
    if (PQgetisnull(rows, row, index)) {
        return;
    }
    switch (PQftype(rows, index)) {
    case OID_BOOL:
        value->type = BK_DB_INT;
        value->number = *text == 't';
        break;
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
        value->type = BK_DB_INT;
        value->number = apr_strtoi64(text, NULL, 10);
        break;
    case OID_BYTEA:
        read_bytes(text, value, p);
        break;
    default:
        value->type = BK_DB_TEXT;
        value->text = apr_pstrdup(p, text);
        value->len = strlen(text);
        break;
    }
}
