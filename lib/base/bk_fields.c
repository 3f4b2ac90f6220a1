#include "bk_fields.h"

#include <string.h>

#include "bk_layout.h"

static int is_same_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

static int is_same_bytes(const unsigned char *one, const unsigned char *other, apr_size_t len)
{
    return one && other ? memcmp(one, other, len) == 0 : one == other;
}

static int is_same(const bk_field_t *field, const void *one, const void *other)
{
    switch (field->kind) {
    case BK_FIELD_TEXT:
        return is_same_text(BK_FIELD_VALUE(one, field, char *),
                            BK_FIELD_VALUE(other, field, char *));
    case BK_FIELD_BYTES:
        return is_same_bytes(BK_FIELD_VALUE(one, field, unsigned char *),
                             BK_FIELD_VALUE(other, field, unsigned char *),
                             (apr_size_t)field->most);
    case BK_FIELD_FLAG:
        return !BK_FIELD_VALUE(one, field, int) == !BK_FIELD_VALUE(other, field, int);
    default:
        return BK_FIELD_VALUE(one, field, apr_int64_t) == BK_FIELD_VALUE(other, field, apr_int64_t);
    }
}

int bk_fields_equal(const bk_fields_t *fields, const void *one, const void *other)
{
    int i;

    for (i = 0; i < fields->count; i++) {
        if (!is_same(&fields->list[i], one, other)) {
            return 0;
        }
    }
    return 1;
}

apr_uint64_t bk_fields_fingerprint(const bk_fields_t *fields)
{
    apr_uint64_t mixed = 1;
    int i;

    for (i = 0; i < fields->count; i++) {
        const bk_field_t *field = &fields->list[i];
        const apr_uint64_t how[] = {mixed, field->kind, field->flags & BK_FIELD_OPTIONAL};

        if (field->flags & BK_FIELD_KEPT) {
            mixed = bk_layout_mix(0, how, sizeof(how));
            mixed = bk_layout_mix(mixed, field->column, strlen(field->column));
        }
    }
    return mixed;
}
