#include "bk_db_fields.h"

static bk_db_value_t bind_field(const bk_field_t *field, const void *record)
{
    apr_int64_t number;

    switch (field->kind) {
    case BK_FIELD_TEXT:
        return bk_db_text(BK_FIELD_VALUE(record, field, char *));
    case BK_FIELD_BYTES:
        return bk_db_bytes(BK_FIELD_VALUE(record, field, unsigned char *), (apr_size_t)field->most);
    case BK_FIELD_FLAG:
        return bk_db_int(BK_FIELD_VALUE(record, field, int) != 0);
    default:
        number = BK_FIELD_VALUE(record, field, apr_int64_t);
        return number == BK_FIELD_NONE && field->flags & BK_FIELD_OPTIONAL ? bk_db_text(NULL)
                                                                           : bk_db_int(number);
    }
}

void bk_db_fields_bind(bk_db_value_t *args, const bk_fields_t *fields, const void *record)
{
    int i;

    for (i = 0; i < fields->count; i++) {
        args[i] = bind_field(&fields->list[i], record);
    }
}

static void read_field(void *record, const bk_field_t *field, const bk_db_value_t *value)
{
    switch (field->kind) {
    case BK_FIELD_TEXT:
        BK_FIELD_MEMBER(record, field, const char *) = value->text;
        break;
    case BK_FIELD_BYTES:
        BK_FIELD_MEMBER(record, field, const void *) =
            value->len == (apr_size_t)field->most ? value->text : NULL;
        break;
    case BK_FIELD_FLAG:
        BK_FIELD_MEMBER(record, field, int) = value->number != 0;
        break;
    default:
        BK_FIELD_MEMBER(record, field, apr_int64_t) =
            value->type == BK_DB_NULL ? BK_FIELD_NONE : value->number;
    }
}

void bk_db_fields_of_row(void *record, const bk_fields_t *fields, const bk_db_value_t *row)
{
    int i;

    for (i = 0; i < fields->count; i++) {
        read_field(record, &fields->list[i], &row[i]);
    }
}

apr_status_t bk_db_fields_write(bk_db_t *db, int statement, const bk_fields_t *fields,
                                const void *record, apr_int64_t *changed)
{
    bk_db_value_t args[BK_FIELDS_MOST];

    bk_db_fields_bind(args, fields, record);
    return bk_db_write(db, statement, args, fields->count, changed);
}

apr_status_t bk_db_fields_find(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                               const bk_fields_t *fields, void *record, apr_pool_t *p)
{
    bk_db_value_t row[BK_FIELDS_MOST];
    apr_status_t rv = bk_db_find(db, statement, args, count, row, fields->count, p);

    if (rv == APR_SUCCESS) {
        bk_db_fields_of_row(record, fields, row);
    }
    return rv;
}
