/* thing: a record with a field of every kind, for the tests of what is made by a description. */
#ifndef THING_H
#define THING_H

#include "unit.h"

#include "bk_fields.h"

typedef struct thing_t {
    apr_int64_t id;
    const char *name;
    apr_int64_t size;
    const char *note;
    int is_new;
    apr_int64_t from_ns;
    const unsigned char *digest;
    apr_int64_t owner;
    const char *own; /* which nobody else sees */
} thing_t;

static const bk_field_t thing_list[] = {
    BK_FIELD(thing_t, id, ID, "thingID", 0, BK_FIELD_ANY),
    BK_FIELD(thing_t, name, TEXT, "name", BK_FIELD_REQUIRED | BK_FIELD_KEPT, 1, 10),
    BK_FIELD(thing_t, size, INT, "size", BK_FIELD_SENT | BK_FIELD_OPTIONAL | BK_FIELD_KEPT, 0, 99),
    BK_FIELD(thing_t, note, TEXT, "note", BK_FIELD_SENT | BK_FIELD_OPTIONAL | BK_FIELD_KEPT, 0, 5),
    BK_FIELD_AS(thing_t, is_new, "state", FLAG, "isNew", BK_FIELD_SENT | BK_FIELD_KEPT,
                BK_FIELD_ANY),
    BK_FIELD(thing_t, from_ns, NS, "from", BK_FIELD_SENT | BK_FIELD_KEPT, BK_FIELD_ANY),
    BK_FIELD(thing_t, digest, BYTES, NULL, 0, 4, 4),
    BK_FIELD(thing_t, owner, ID, "owner", BK_FIELD_SENT | BK_FIELD_OPTIONAL | BK_FIELD_KEPT,
             BK_FIELD_ANY),
};
static const bk_fields_t thing_fields = BK_FIELDS(thing_list);

/* One with all, and one with as little as may be. */
static const thing_t thing_full = {7,
                                   "J\xc3\xb6rg",
                                   12,
                                   "dry",
                                   1,
                                   INT64_C(1765447200000000001),
                                   (const unsigned char *)"\0\1\xff'",
                                   99999999999,
                                   "own"};
static const thing_t thing_bare = {.id = 8,
                                   .name = "x",
                                   .size = BK_FIELD_NONE,
                                   .digest = (const unsigned char *)"abcd",
                                   .owner = BK_FIELD_NONE};

#endif
