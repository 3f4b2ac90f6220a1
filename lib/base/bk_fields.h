/* bk_fields: a record, described once.
 *
 * A record's members go many ways: into a row of a database and out of it (lib/db/bk_db_fields.h),
 * into shared memory (lib/shm/bk_record_fields.h), into JSON and out of it
 * (lib/json/bk_json_fields.h). Each of these goes by one table, a row for a member:
 *
 *     static const bk_field_t fields[] = {
 *         BK_FIELD(thing_t, id, ID, "thingID", 0, BK_FIELD_ANY),
 *         BK_FIELD(thing_t, name, TEXT, "name", BK_FIELD_REQUIRED | BK_FIELD_KEPT, 1, 100),
 *     };
 *     const bk_fields_t thing_fields = BK_FIELDS(fields);
 *
 * A kind says which C type the member has; the compiler refuses another. The first row is the
 * record's key. Descriptions are constant, so every function may be called by any thread.
 */
#ifndef BK_FIELDS_H
#define BK_FIELDS_H

#include <stddef.h>

#include <apr.h>

typedef enum bk_field_kind_t {
    BK_FIELD_INT,  /* apr_int64_t; in JSON a number */
    BK_FIELD_ID,   /* apr_int64_t; in JSON its digits as a text */
    BK_FIELD_NS,   /* apr_int64_t, nanoseconds since 1970 in UTC; in JSON an RFC 3339 text in UTC */
    BK_FIELD_FLAG, /* int, 0 or 1; in JSON true or false */
    BK_FIELD_TEXT, /* const char *, UTF-8 */
    BK_FIELD_BYTES /* const unsigned char *, as many as most says; neither in JSON nor in shared
                      memory */
} bk_field_kind_t;

/** What else holds of a field. */
enum {
    BK_FIELD_OPTIONAL = 1, /* it may be missing: NULL, and of a number BK_FIELD_NONE, of a flag 0 */
    BK_FIELD_KEPT = 2,     /* a store in shared memory keeps it in its records */
    BK_FIELD_SENT = 4,     /* clients may send it */
    BK_FIELD_REQUIRED = 8  /* clients have to send it */
};

/** A number that is missing: an optional one is never below zero. */
#define BK_FIELD_NONE (-1)

typedef struct bk_field_t {
    const char *column;   /* in the database */
    const char *name;     /* in JSON; NULL: it is not in there */
    bk_field_kind_t kind; /* which also says the member's type */
    int flags;
    apr_size_t offset;       /* of the member in its record */
    apr_int64_t least, most; /* what clients may send: of a number its value, of a text its length
                                in characters */
} bk_field_t;

/** Fields of a record, at the most: the compiler refuses more. */
#define BK_FIELDS_MOST 64

typedef struct bk_fields_t {
    const bk_field_t *list;
    int count;
} bk_fields_t;

/** Whatever the type can hold. */
#define BK_FIELD_ANY INT64_MIN, INT64_MAX

#define BK_FIELD_TYPE_INT apr_int64_t
#define BK_FIELD_TYPE_ID apr_int64_t
#define BK_FIELD_TYPE_NS apr_int64_t
#define BK_FIELD_TYPE_FLAG int
#define BK_FIELD_TYPE_TEXT const char *
#define BK_FIELD_TYPE_BYTES const unsigned char *

/** 0; or no program at all. */
#define BK_FIELD_REFUSE_UNLESS(truth) (0 * sizeof(char[(truth) ? 1 : -1]))

/** A field whose column has another name than its member. */
#define BK_FIELD_AS(type, member, column, kind, json, flags, ...)                                 \
    {                                                                                             \
        column, json, BK_FIELD_##kind, flags,                                                     \
            offsetof(type, member) + BK_FIELD_REFUSE_UNLESS(__builtin_types_compatible_p(         \
                                         __typeof__(((type *)0)->member), BK_FIELD_TYPE_##kind)), \
            __VA_ARGS__                                                                           \
    }

/**
 * A field.
 * @param member  of the record's type, and the column's name
 * @param kind    without BK_FIELD_
 * @param json    its name in JSON; or NULL
 * @param flags   of those above, or 0
 * @param ...     the least and the most that clients may send; or BK_FIELD_ANY
 */
#define BK_FIELD(type, member, kind, json, flags, ...) \
    BK_FIELD_AS(type, member, #member, kind, json, flags, __VA_ARGS__)

/** All of a record's fields, from the table of them. */
#define BK_FIELDS(table)                                                                           \
    {                                                                                              \
        table, (int)(sizeof(table) / sizeof((table)[0]) +                                          \
                     BK_FIELD_REFUSE_UNLESS(sizeof(table) / sizeof((table)[0]) <= BK_FIELDS_MOST)) \
    }

/** A member of a record: BK_FIELD_MEMBER(record, field, const char *). */
#define BK_FIELD_MEMBER(record, field, type) (*(type *)((char *)(record) + (field)->offset))
#define BK_FIELD_VALUE(record, field, type) \
    (*(type const *)((const char *)(record) + (field)->offset))

/** Tell whether two records are alike, but for bytes, of which both have the same or neither. */
int bk_fields_equal(const bk_fields_t *fields, const void *one, const void *other);

/** The fingerprint of the fields that shared memory keeps: of what each is called and how it is
 *  written. Never 0. @see bk_layout_mix */
apr_uint64_t bk_fields_fingerprint(const bk_fields_t *fields);

#endif
