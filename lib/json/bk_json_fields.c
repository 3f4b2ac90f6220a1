#include "bk_json_fields.h"

#include <string.h>

#include "bk_text.h"
#include "bk_time.h"

/* ---- read ---------------------------------------------------------------------------------------
 */

static int is_within(const bk_field_t *field, apr_int64_t number)
{
    return number >= field->least && number <= field->most;
}

static bk_json_member_t read_text(const bk_json_t *object, const bk_field_t *field, void *record)
{
    apr_size_t len;
    bk_json_member_t found =
        bk_json_string(object, field->name, &BK_FIELD_MEMBER(record, field, const char *), &len);

    if (found != BK_JSON_OK) {
        return found;
    }
    /* Count characters only where the number of bytes, which is never lower, does not decide. */
    if (field->most < (apr_int64_t)len || field->least > 0) {
        len = bk_text_chars(BK_FIELD_VALUE(record, field, char *), len);
    }
    return is_within(field, (apr_int64_t)len) ? BK_JSON_OK : BK_JSON_WRONG;
}

static bk_json_member_t read_number(const bk_json_t *object, const bk_field_t *field, void *record)
{
    apr_int64_t *number = &BK_FIELD_MEMBER(record, field, apr_int64_t);
    bk_json_member_t found = field->kind == BK_FIELD_ID ? bk_json_id(object, field->name, number)
                                                        : bk_json_int(object, field->name, number);

    return found == BK_JSON_OK && !is_within(field, *number) ? BK_JSON_WRONG : found;
}

static bk_json_member_t read_instant(const bk_json_t *object, const bk_field_t *field, void *record)
{
    const char *text;
    bk_time_t time;
    bk_json_member_t found = bk_json_string(object, field->name, &text, NULL);

    if (found != BK_JSON_OK) {
        return found;
    }
    if (!bk_time_parse(text, &time)) {
        return BK_JSON_WRONG;
    }
    BK_FIELD_MEMBER(record, field, apr_int64_t) = time.ns;
    return BK_JSON_OK;
}

static bk_json_member_t read_flag(const bk_json_t *object, const bk_field_t *field, void *record)
{
    const bk_json_value_t *member = bk_json_member(object, field->name);

    if (!member || member->kind == BK_JSON_NULL) {
        return BK_JSON_ABSENT;
    }
    if (member->kind != BK_JSON_BOOL) {
        return BK_JSON_WRONG;
    }
    BK_FIELD_MEMBER(record, field, int) = member->number != 0;
    return BK_JSON_OK;
}

static bk_json_member_t read_field(const bk_json_t *object, const bk_field_t *field, void *record)
{
    switch (field->kind) {
    case BK_FIELD_TEXT:
        return read_text(object, field, record);
    case BK_FIELD_NS:
        return read_instant(object, field, record);
    case BK_FIELD_FLAG:
        return read_flag(object, field, record);
    case BK_FIELD_INT:
    case BK_FIELD_ID:
        return read_number(object, field, record);
    default:
        return BK_JSON_WRONG; /* BK_FIELD_BYTES cannot be written as JSON */
    }
}

static void leave_out(const bk_field_t *field, void *record)
{
    if (field->kind == BK_FIELD_TEXT) {
        BK_FIELD_MEMBER(record, field, const char *) = NULL;
    }
    else if (field->kind == BK_FIELD_FLAG) {
        BK_FIELD_MEMBER(record, field, int) = 0;
    }
    else {
        BK_FIELD_MEMBER(record, field, apr_int64_t) = BK_FIELD_NONE;
    }
}

/* Read one field. @return 1 if its member is valid, or if clients may not send the field */
static int try_field(const bk_json_t *object, const bk_field_t *field, void *record)
{
    if (!(field->flags & (BK_FIELD_SENT | BK_FIELD_REQUIRED))) {
        return 1;
    }
    switch (read_field(object, field, record)) {
    case BK_JSON_OK:
        return 1;
    case BK_JSON_WRONG:
        return 0;
    case BK_JSON_ABSENT:
        break;
    }
    if (field->flags & BK_FIELD_OPTIONAL) {
        leave_out(field, record);
    }
    return !(field->flags & BK_FIELD_REQUIRED);
}

const bk_field_t *bk_json_fields_read(const bk_json_t *object, const bk_fields_t *fields,
                                      void *record)
{
    int i;

    for (i = 0; i < fields->count; i++) {
        if (!try_field(object, &fields->list[i], record)) {
            return &fields->list[i];
        }
    }
    return NULL;
}

/* ---- write --------------------------------------------------------------------------------------
 */

static void write_number(bk_json_text_t *text, const bk_field_t *field, apr_int64_t number)
{
    if (number == BK_FIELD_NONE && field->flags & BK_FIELD_OPTIONAL) {
        bk_json_text_string(text, field->name, NULL);
    }
    else if (field->kind == BK_FIELD_INT) {
        bk_json_text_int(text, field->name, number);
    }
    else if (field->kind == BK_FIELD_ID) {
        bk_json_text_id(text, field->name, number);
    }
    else {
        bk_json_text_string(text, field->name, bk_time_format_utc(number, text->p));
    }
}

static void write_field(bk_json_text_t *text, const bk_field_t *field, const void *record)
{
    switch (field->kind) {
    case BK_FIELD_TEXT:
        bk_json_text_string(text, field->name, BK_FIELD_VALUE(record, field, char *));
        break;
    case BK_FIELD_INT:
    case BK_FIELD_ID:
    case BK_FIELD_NS:
        write_number(text, field, BK_FIELD_VALUE(record, field, apr_int64_t));
        break;
    case BK_FIELD_FLAG:
        bk_json_text_bool(text, field->name, BK_FIELD_VALUE(record, field, int) != 0);
        break;
    default:
        break;
    }
}

void bk_json_fields_write(bk_json_text_t *text, const bk_fields_t *fields, const void *record)
{
    int i;

    for (i = 0; i < fields->count; i++) {
        if (fields->list[i].name) {
            write_field(text, &fields->list[i], record);
        }
    }
}
