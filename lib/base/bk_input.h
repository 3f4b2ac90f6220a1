/* bk_input: what a route takes, described by a constant table, and what it was given.
 *
 * A table has a row for each member of a body (lib/json/bk_json_input.h reads it) or for each
 * parameter of a query string (lib/web/bk_query.h):
 *
 *     static const char *const modes[] = {"all", "free", NULL};
 *     static const bk_input_row_t rows[] = {
 *         {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REQUIRED},
 *         {.name = "start", .kind = BK_INPUT_MOMENT, .flags = BK_INPUT_REQUIRED},
 *         {.name = "people", .kind = BK_INPUT_INT, .min = 1, .max = 10000},
 *         {.name = "mode", .kind = BK_INPUT_WORD, .words = modes},
 *         {NULL}};
 *
 * What is read is an input: a field for each row, which says whether the member was given, and has
 * its values. Fields are looked up by their names.
 *
 * Tables are constant, inputs are never changed once they are read: threads may share them.
 */
#ifndef BK_INPUT_H
#define BK_INPUT_H

#include <apr_pools.h>

/** Characters of an id, and of the name of a map's entry, at the most. */
#define BK_INPUT_ID_MOST 128

typedef enum bk_input_kind_t {
    BK_INPUT_TEXT,    /* a text of min to max characters, none of them a control character */
    BK_INPUT_INT,     /* an integer from min to max */
    BK_INPUT_BOOL,    /* true or false; number: 1 or 0 */
    BK_INPUT_WORD,    /* one of the row's words; number: its index */
    BK_INPUT_ID,      /* a text of 1 to BK_INPUT_ID_MOST characters that can stand in a path */
    BK_INPUT_INSTANT, /* RFC 3339 with its offset, in whole minutes; number: nanoseconds since
                         1970-01-01T00:00Z */
    BK_INPUT_WALL,    /* a wall clock somewhere: 2030-05-14T10:00; number: nanoseconds since
                         1970-01-01T00:00 of that clock */
    BK_INPUT_MOMENT,  /* an instant or a wall clock: is_wall says which it was */
    BK_INPUT_DATE,    /* 2030-05-14; number: nanoseconds from 1970-01-01 to its midnight */
    BK_INPUT_CLOCK,   /* a time of day, 00:00 to 24:00; number: minutes since midnight */
    BK_INPUT_OBJECT   /* members as the row's own rows say; never in a query string */
} bk_input_kind_t;

#define BK_INPUT_REQUIRED 0x01 /* it has to be there */
#define BK_INPUT_NULLABLE 0x02 /* in a body: null may stand for it */
#define BK_INPUT_LIST 0x04     /* in a body: an array of such; in a query: several, by commas */
#define BK_INPUT_MAP 0x08      /* in a body: an object of such, whose names the client chooses */
#define BK_INPUT_REPEATED 0x10 /* in a query: it may stand there several times */
#define BK_INPUT_LINES 0x20    /* a text may hold line feeds and tabs */
#define BK_INPUT_OR_TEXT 0x40  /* instead of an object, a text of min to max characters */
#define BK_INPUT_READ_ONLY                                                    \
    0x80 /* in a body: may stand there, and is not looked at: what the server \
            alone sets, and clients send back as they got it */

typedef struct bk_input_row_t {
    const char *name; /* NULL: the table ends */
    bk_input_kind_t kind;
    unsigned int flags;       /* BK_INPUT_ and so on; 0: optional, and one value */
    apr_int64_t min, max;     /* of an integer, or of a text's characters; equal: no bounds */
    apr_size_t least, most;   /* of a list, a map and repeated ones: how many; most 0: any */
    const char *const *words; /* of BK_INPUT_WORD, ending in NULL */
    const struct bk_input_row_t *rows; /* of BK_INPUT_OBJECT */
} bk_input_row_t;

/** Of a row: a text of 1 to @a most characters. */
#define BK_INPUT_TEXT_OF(flags_, most_) \
    .kind = BK_INPUT_TEXT, .flags = (flags_), .min = 1, .max = (most_)

/** A row of what only answers have: clients may send it back, and nobody looks at it. */
#define BK_INPUT_GIVEN_BACK(member)                 \
    {                                               \
        .name = member, .flags = BK_INPUT_READ_ONLY \
    }

typedef struct bk_input_value_t {
    const char *text;                /* as it was sent: UTF-8 without NUL; NULL: it was no text */
    apr_size_t len;                  /* its length in bytes */
    apr_int64_t number;              /* what it means, as its kind says */
    int offset;                      /* of an instant: minutes east of UTC */
    int is_wall;                     /* of a moment: it came without an offset */
    int is_null;                     /* of a map's entry, in a patch: it is to be removed */
    const char *key;                 /* of a map's entry: its name */
    const struct bk_input_t *object; /* of an object; NULL: a text stood for it */
} bk_input_value_t;

typedef enum bk_input_state_t {
    BK_INPUT_ABSENT,
    BK_INPUT_NULL, /* null was given: in a patch, it is to be removed */
    BK_INPUT_GIVEN,
    BK_INPUT_WRONG /* it was given, and is among the faults */
} bk_input_state_t;

typedef struct bk_input_field_t {
    bk_input_state_t state;
    apr_size_t count; /* of values: 1 where there is one; any number, where it is a list or a map */
    const bk_input_value_t *values;
} bk_input_field_t;

typedef struct bk_input_t {
    const bk_input_row_t *rows;
    bk_input_field_t fields[]; /* one for each row, in their order */
} bk_input_t;

/** An input of which nothing was given yet, for who reads one. @param p  it lives here */
bk_input_t *bk_input_make(const bk_input_row_t *rows, apr_pool_t *p);

/** The row of a name. @return its index; -1: there is none */
int bk_input_row(const bk_input_row_t *rows, const char *name);

/**
 * Read a text as a kind of value, and look at its bounds.
 * @param row    all kinds but BK_INPUT_OBJECT
 * @param value  its text and len are set: valid UTF-8; the rest is set if NULL is returned
 * @param code   set to the fault's code otherwise
 * @param p      what is returned lives here
 * @return NULL, or what is wrong with it, in English
 */
const char *bk_input_read(const bk_input_row_t *row, bk_input_value_t *value, const char **code,
                          apr_pool_t *p);

/** Look at the bounds of an integer. @return as bk_input_read() */
const char *bk_input_read_int(const bk_input_row_t *row, apr_int64_t number, apr_pool_t *p);

/** Look at how many values there are. @return as bk_input_read() */
const char *bk_input_read_count(const bk_input_row_t *row, apr_size_t count, apr_pool_t *p);

/* ---- what was given: asking for a name that no row has ends the process ------------------------
 */

/** The field of a name, whether it was given or not. */
const bk_input_field_t *bk_input_field(const bk_input_t *input, const char *name);

/** The value of a field, the first if there are several. @return NULL: there is none */
const bk_input_value_t *bk_input_value(const bk_input_t *input, const char *name);

/** The text of a value. @param otherwise  returned where there is none */
const char *bk_input_text(const bk_input_t *input, const char *name, const char *otherwise);

/**
 * Apply a text of a merge patch (RFC 7396): absent, what is there stays.
 * @param text       set to what was given
 * @param otherwise  what it is where null was given
 * @return whether it was given, null included
 */
int bk_input_patch_text(const bk_input_t *input, const char *name, const char **text,
                        const char *otherwise);

/** The number of a value: what it means is with its kind. @param otherwise  where there is none */
apr_int64_t bk_input_number(const bk_input_t *input, const char *name, apr_int64_t otherwise);

/** The members of an object that was given. @return NULL: it was not, or a text stood for it */
const bk_input_t *bk_input_object(const bk_input_t *input, const char *name);

#endif
