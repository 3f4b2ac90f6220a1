/* Records: what was written is read; what was not written is never read beyond its end. */
#include "fuzz.h"

#include <apr_strings.h>

#include "bk_record.h"

#define MEMBERS 64

/* One way of reading for each bit pair of the choice. */
static void read_member(bk_record_reader_t *reader, int choice)
{
    const char *text;

    switch (choice & 3) {
    case 0:
        (void)bk_record_int(reader);
        break;
    case 1:
        (void)bk_record_fixed(reader);
        break;
    case 2:
        text = bk_record_text(reader);
        fuzz_assert(!text || strlen(text) < BK_RECORD_BYTES);
        break;
    default:
        bk_record_skip(reader);
    }
}

static void read_any(const uint8_t *data, size_t size, apr_pool_t *p)
{
    uint8_t *copy = malloc(size ? size : 1);
    bk_record_reader_t reader;
    int i;

    fuzz_assert(copy);
    memcpy(copy, data, size);
    bk_record_read(&reader, copy, size, p);
    for (i = 0; i < MEMBERS && !reader.is_bad; i++) {
        read_member(&reader, size ? data[(size_t)i % size] >> (2 * (i & 3)) : i);
    }
    free(copy);
}

static void write_and_read(fuzz_input_t *input, apr_pool_t *p)
{
    bk_record_t record;
    bk_record_reader_t reader;
    apr_int64_t numbers[MEMBERS];
    const char *texts[MEMBERS];
    int kinds[MEMBERS], count = 0, i;

    bk_record_begin(&record);
    for (; fuzz_left(input) && count < MEMBERS; count++) {
        kinds[count] = fuzz_byte(input) % 3;
        numbers[count] = (apr_int64_t)fuzz_number(input, kinds[count] == 2 ? 1 : 8);
        texts[count] = kinds[count] == 2 && numbers[count]
                           ? apr_pstrmemdup(p, (const char *)input->next,
                                            (apr_size_t)(input->end - input->next) %
                                                (apr_size_t)numbers[count])
                           : NULL;
        switch (kinds[count]) {
        case 0:
            bk_record_add_int(&record, numbers[count]);
            break;
        case 1:
            bk_record_add_fixed(&record, numbers[count]);
            break;
        default:
            bk_record_add_text(&record, texts[count]);
        }
    }
    if (record.is_too_long) {
        return;
    }
    bk_record_read(&reader, record.bytes, record.len, p);
    for (i = 0; i < count; i++) {
        if (kinds[i] == 2) {
            const char *text = bk_record_text(&reader);

            fuzz_assert(!text == !texts[i] && (!text || strcmp(text, texts[i]) == 0));
        }
        else {
            fuzz_assert((kinds[i] ? bk_record_fixed(&reader) : bk_record_int(&reader)) ==
                        numbers[i]);
        }
    }
    fuzz_assert(!reader.is_bad && reader.next == reader.end);
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = {data, data + size};

    read_any(data, size, p);
    write_and_read(&input, p);
}
