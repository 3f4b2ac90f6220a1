/* bk_json_text: JSON (RFC 8259) as text, written value by value: the writer of all answers that are
 * not made of Jansson's values.
 *
 * An object is begun, its members are written in order, arrays and objects inside it are begun and
 * ended, and the whole is ended:
 *
 *     bk_json_text_begin(&text, p);                {
 *     bk_json_text_array(&text, "items");          "items":[
 *     bk_json_text_object(&text, NULL);            {
 *     bk_json_text_string(&text, "id", "lib-101"); "id":"lib-101"
 *     bk_json_text_object_end(&text);              }
 *     bk_json_text_array_end(&text);               ]
 *     data = bk_json_text_end(&text, &len);        }
 *
 * The name of a member is a literal that needs no escapes; NULL stands for no name: an element of
 * an array, or the value of a name that bk_json_text_key() wrote. Whether begun and ended fit
 * together is for the caller to see to.
 *
 * The text is either whole at the end (bk_json_text_begin), or goes out in pieces while it is
 * written (bk_json_text_stream): then a list takes as much memory as a piece and its longest
 * element, however long it is.
 *
 * Building a value of Jansson's and writing that takes ten times as long. One thread may use one
 * writer at a time. Its memory lives in a pool.
 */
#ifndef BK_JSON_TEXT_H
#define BK_JSON_TEXT_H

#include <apr_errno.h>
#include <apr_pools.h>

#include "bk_json_plain.h"
#include "bk_time.h"

/** Takes a piece of the text, which is valid until it returns.
 *  @return APR_SUCCESS, or why nothing more can be taken: it is not called again then */
typedef apr_status_t (*bk_json_text_flush_t)(void *context, const char *data, apr_size_t len);

/** A piece is about so long, in bytes: it ends where an element of an array does. */
#define BK_JSON_TEXT_PIECE 8192

typedef struct bk_json_text_t {
    apr_pool_t *p;
    char *data; /* the byte before it is the last one of the piece before */
    apr_size_t len;
    apr_size_t size;
    apr_size_t piece; /* from this length on it is flushed */
    bk_json_text_flush_t flush;
    void *context;
    apr_status_t status; /* what the flush said last */
    int is_wrong;        /* a value was no text */
} bk_json_text_t;

/** Begin an object that is whole when it ends. @param p  pool that the text lives in */
void bk_json_text_begin(bk_json_text_t *text, apr_pool_t *p);

/**
 * Begin an object that goes out in pieces.
 * @param flush    takes the pieces
 * @param context  its first argument
 * @param p        pool that the buffer lives in
 */
void bk_json_text_stream(bk_json_text_t *text, bk_json_text_flush_t flush, void *context,
                         apr_pool_t *p);

/** Begin an object, or an array, inside. */
void bk_json_text_object(bk_json_text_t *text, const char *name);
void bk_json_text_array(bk_json_text_t *text, const char *name);

/** End the one that was begun last. */
void bk_json_text_object_end(bk_json_text_t *text);
void bk_json_text_array_end(bk_json_text_t *text);

/** Write the name of a member, with escapes where it needs them: the next value is written with the
 *  name NULL, and is this member's. @param name  valid UTF-8 */
void bk_json_text_key(bk_json_text_t *text, const char *name);

/** Write a text. @param value  valid UTF-8; NULL writes null */
void bk_json_text_string(bk_json_text_t *text, const char *name, const char *value);

/** Write an integer. */
void bk_json_text_int(bk_json_text_t *text, const char *name, apr_int64_t value);

/** The same with an integer that is written as a text: "42". */
void bk_json_text_id(bk_json_text_t *text, const char *name, apr_int64_t value);

/** Write true or false. */
void bk_json_text_bool(bk_json_text_t *text, const char *name, int value);

/** Write an instant, as RFC 3339 in its own offset. @param time  NULL writes null */
void bk_json_text_instant(bk_json_text_t *text, const char *name, const bk_time_t *time);

/** Write a value that is JSON already, such as one that is stored as such.
 *  @param json  valid JSON: nobody looks again
 *  @param len   its length in bytes */
void bk_json_text_raw(bk_json_text_t *text, const char *name, const char *json, apr_size_t len);

/** Write a value that was read, with all that is in it, in the order in which it was read. A number
 *  that is no integer of 64 bits, whose value nobody kept, is written as null. */
void bk_json_text_value(bk_json_text_t *text, const char *name, const bk_json_value_t *value);

/**
 * Tell a loop over many rows whether there is any use in going on.
 * @return APR_SUCCESS; APR_EINVAL, a value was not valid UTF-8; or what the flush returned
 */
apr_status_t bk_json_text_status(const bk_json_text_t *text);

/**
 * End the object that bk_json_text_begin() began.
 * @param len  set to its length in bytes
 * @return the text, which ends in NUL, or NULL if a value was not valid UTF-8
 */
const char *bk_json_text_end(bk_json_text_t *text, apr_size_t *len);

/**
 * End the object that bk_json_text_stream() began, and flush what is left of it.
 * @return as bk_json_text_status(). Of an object that is wrong, the piece with the fault and all
 * behind it are kept back: what went out is no JSON, and the client has to see that it was cut off
 */
apr_status_t bk_json_text_finish(bk_json_text_t *text);

#endif
