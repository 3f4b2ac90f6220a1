#include "bk_record.h"

#include <string.h>

#include <apr_strings.h>

void bk_record_begin(bk_record_t *record)
{
    record->len = 0;
    record->is_too_long = 0;
}

void bk_record_add_bytes(bk_record_t *record, const void *bytes, apr_size_t len)
{
    if (len > sizeof(record->bytes) - record->len) {
        record->is_too_long = 1;
        return;
    }
    memcpy(record->bytes + record->len, bytes, len);
    record->len += len;
}

static void add_unsigned(bk_record_t *record, apr_uint64_t number)
{
    unsigned char bytes[10];
    apr_size_t len = 0;

    for (; number >= 0x80; number >>= 7) {
        bytes[len++] = (unsigned char)(number | 0x80);
    }
    bytes[len++] = (unsigned char)number;
    bk_record_add_bytes(record, bytes, len);
}

void bk_record_add_int(bk_record_t *record, apr_int64_t number)
{
    add_unsigned(record, ((apr_uint64_t)number << 1) ^ (number < 0 ? ~APR_UINT64_C(0) : 0));
}

void bk_record_add_fixed(bk_record_t *record, apr_int64_t number)
{
    bk_record_add_bytes(record, &number, sizeof(number));
}

void bk_record_add_text(bk_record_t *record, const char *text)
{
    apr_size_t len = text ? strlen(text) : 0;

    add_unsigned(record, text ? len + 1 : 0);
    bk_record_add_bytes(record, text ? text : "", len);
}

void bk_record_read(bk_record_reader_t *reader, const void *bytes, apr_size_t len, apr_pool_t *p)
{
    reader->next = bytes;
    reader->end = reader->next + len;
    reader->pool = p;
    reader->is_bad = 0;
}

/* Read @a len bytes; NULL if the record has fewer left. */
static const unsigned char *take(bk_record_reader_t *reader, apr_uint64_t len)
{
    const unsigned char *taken = reader->next;

    if (len > (apr_uint64_t)(reader->end - taken)) {
        reader->is_bad = 1;
        return NULL;
    }
    reader->next += len;
    return taken;
}

static apr_uint64_t read_unsigned(bk_record_reader_t *reader)
{
    apr_uint64_t number = 0;
    unsigned int shift;

    for (shift = 0; shift < 64; shift += 7) {
        const unsigned char *byte = take(reader, 1);

        if (!byte) {
            return 0;
        }
        number |= (apr_uint64_t)(*byte & 0x7F) << shift;
        if (!(*byte & 0x80)) {
            return number;
        }
    }
    reader->is_bad = 1;
    return 0;
}

apr_int64_t bk_record_int(bk_record_reader_t *reader)
{
    apr_uint64_t number = read_unsigned(reader);

    return (apr_int64_t)(number >> 1 ^ (number & 1 ? ~APR_UINT64_C(0) : 0));
}

apr_int64_t bk_record_fixed(bk_record_reader_t *reader)
{
    const unsigned char *bytes = take(reader, sizeof(apr_int64_t));
    apr_int64_t number = 0;

    if (bytes) {
        memcpy(&number, bytes, sizeof(number));
    }
    return number;
}

const char *bk_record_text(bk_record_reader_t *reader)
{
    apr_uint64_t len = read_unsigned(reader);
    const unsigned char *bytes = len ? take(reader, len - 1) : NULL;

    return bytes ? apr_pstrmemdup(reader->pool, (const char *)bytes, (apr_size_t)len - 1) : NULL;
}

void bk_record_skip(bk_record_reader_t *reader)
{
    apr_uint64_t len = read_unsigned(reader);

    if (len) {
        (void)take(reader, len - 1);
    }
}
