/* bk_record: the bytes of a record, member by member, as stores in shared memory keep them.
 *
 * A number takes seven bits a byte, the lowest first (LEB128), its sign folded into the lowest bit;
 * one that is to be as long whatever it is, eight bytes. A text is its length and its bytes; none
 * (NULL) is told from an empty one. A record is read in the order in which it was written, and is
 * as much the process's own as memory is: nothing in it is for other hosts.
 *
 * Overflow is remembered, and asked for once, at the end. Any thread may call.
 */
#ifndef BK_RECORD_H
#define BK_RECORD_H

#include <apr_pools.h>

/** A record of more bytes is refused. */
#define BK_RECORD_BYTES 2048

typedef struct bk_record_t {
    unsigned char bytes[BK_RECORD_BYTES];
    apr_size_t len;
    int is_too_long;
} bk_record_t;

typedef struct bk_record_reader_t {
    const unsigned char *next, *end;
    apr_pool_t *pool; /* texts live here */
    int is_bad;       /* it ended before all was read */
} bk_record_reader_t;

/** Begin a record. */
void bk_record_begin(bk_record_t *record);

void bk_record_add_int(bk_record_t *record, apr_int64_t number);
void bk_record_add_fixed(bk_record_t *record, apr_int64_t number);
void bk_record_add_text(bk_record_t *record, const char *text);

/** Add bytes as they are: members of another record, such as bk_record_skip() passed over. */
void bk_record_add_bytes(bk_record_t *record, const void *bytes, apr_size_t len);

/** Begin to read. @param p  texts are copied into it; NULL: none are read */
void bk_record_read(bk_record_reader_t *reader, const void *bytes, apr_size_t len, apr_pool_t *p);

apr_int64_t bk_record_int(bk_record_reader_t *reader);
apr_int64_t bk_record_fixed(bk_record_reader_t *reader);
const char *bk_record_text(bk_record_reader_t *reader);

/** Pass over a text. */
void bk_record_skip(bk_record_reader_t *reader);

#endif
