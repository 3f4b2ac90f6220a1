/* bk_record: encodes records as bytes, member by member, for the stores in shared memory.
 *
 * A number is encoded with seven bits in each byte, the lowest first (LEB128), with its sign in the
 * lowest bit; a number of fixed length has eight bytes. A text is its length and its bytes; NULL is
 * distinct from an empty text. A record is read in the order in which it was written. The encoding
 * is for processes of one host only.
 *
 * An overflow is remembered, so that callers check for it once, at the end. Any thread may call.
 */
#ifndef BK_RECORD_H
#define BK_RECORD_H

#include <apr_pools.h>

/** The greatest length of a record in bytes. */
#define BK_RECORD_BYTES 2048

typedef struct bk_record_t {
    unsigned char bytes[BK_RECORD_BYTES];
    apr_size_t len;
    int is_too_long;
} bk_record_t;

typedef struct bk_record_reader_t {
    const unsigned char *next, *end;
    apr_pool_t *pool; /* for texts */
    int is_bad;       /* the record ended before all was read */
} bk_record_reader_t;

/** Begin a record. */
void bk_record_begin(bk_record_t *record);

void bk_record_add_int(bk_record_t *record, apr_int64_t number);
void bk_record_add_fixed(bk_record_t *record, apr_int64_t number);
void bk_record_add_text(bk_record_t *record, const char *text);

/** Add encoded bytes: members of another record, such as bk_record_skip() skipped. */
void bk_record_add_bytes(bk_record_t *record, const void *bytes, apr_size_t len);

/** Begin to read a record. @param p  texts are copied into it; NULL if no text is read */
void bk_record_read(bk_record_reader_t *reader, const void *bytes, apr_size_t len, apr_pool_t *p);

apr_int64_t bk_record_int(bk_record_reader_t *reader);
apr_int64_t bk_record_fixed(bk_record_reader_t *reader);
const char *bk_record_text(bk_record_reader_t *reader);

/** Skip a text. */
void bk_record_skip(bk_record_reader_t *reader);

#endif
