#include "bk_record_fields.h"

static void add_field(bk_record_t *bytes, const bk_field_t *field, const void *record)
{
    switch (field->kind) {
    case BK_FIELD_TEXT:
        bk_record_add_text(bytes, BK_FIELD_VALUE(record, field, char *));
        break;
    case BK_FIELD_FLAG:
        bk_record_add_int(bytes, BK_FIELD_VALUE(record, field, int));
        break;
    case BK_FIELD_NS:
        bk_record_add_fixed(bytes, BK_FIELD_VALUE(record, field, apr_int64_t));
        break;
    case BK_FIELD_INT:
    case BK_FIELD_ID:
        bk_record_add_int(bytes, BK_FIELD_VALUE(record, field, apr_int64_t));
        break;
    case BK_FIELD_BYTES:
        break;
    }
}

static void read_field(bk_record_reader_t *reader, const bk_field_t *field, void *record)
{
    switch (field->kind) {
    case BK_FIELD_TEXT:
        BK_FIELD_MEMBER(record, field, const char *) = bk_record_text(reader);
        break;
    case BK_FIELD_FLAG:
        BK_FIELD_MEMBER(record, field, int) = (int)bk_record_int(reader);
        break;
    case BK_FIELD_NS:
        BK_FIELD_MEMBER(record, field, apr_int64_t) = bk_record_fixed(reader);
        break;
    case BK_FIELD_INT:
    case BK_FIELD_ID:
        BK_FIELD_MEMBER(record, field, apr_int64_t) = bk_record_int(reader);
        break;
    case BK_FIELD_BYTES:
        break;
    }
}

void bk_record_fields_add(bk_record_t *bytes, const bk_fields_t *fields, const void *record)
{
    int i;

    for (i = 0; i < fields->count; i++) {
        if (fields->list[i].flags & BK_FIELD_KEPT) {
            add_field(bytes, &fields->list[i], record);
        }
    }
}

void bk_record_fields_read(bk_record_reader_t *reader, const bk_fields_t *fields, void *record)
{
    int i;

    for (i = 0; i < fields->count; i++) {
        if (fields->list[i].flags & BK_FIELD_KEPT) {
            read_field(reader, &fields->list[i], record);
        }
    }
}
