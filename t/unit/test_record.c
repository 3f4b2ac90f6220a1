#include "unit.h"

#include <stdlib.h>

#include "bk_record.h"

static const apr_int64_t numbers[] = {
    0,   1,    -1,   63,      64,        -64,       -65,           127,
    128, 8191, 8192, 1 << 20, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1};
static const char *const texts[] = {NULL, "", "a", "Library-101", "\xe2\x82\xac"};

static void write_all(bk_record_t *record)
{
    size_t i;

    bk_record_begin(record);
    for (i = 0; i < UNIT_ROWS(numbers); i++) {
        bk_record_add_int(record, numbers[i]);
        bk_record_add_fixed(record, numbers[i]);
    }
    for (i = 0; i < UNIT_ROWS(texts); i++) {
        bk_record_add_text(record, texts[i]);
    }
    bk_record_add_text(record, "the last");
}

static void test_round_trip(void **state)
{
    bk_record_t record;
    bk_record_reader_t reader;
    size_t i;

    write_all(&record);
    assert_false(record.is_too_long);
    bk_record_read(&reader, record.bytes, record.len, *state);
    for (i = 0; i < UNIT_ROWS(numbers); i++) {
        assert_true(bk_record_int(&reader) == numbers[i]);
        assert_true(bk_record_fixed(&reader) == numbers[i]);
    }
    for (i = 0; i < UNIT_ROWS(texts); i++) {
        const char *text = bk_record_text(&reader);

        assert_true(text ? texts[i] && strcmp(text, texts[i]) == 0 : !texts[i]);
    }
    bk_record_skip(&reader);
    assert_false(reader.is_bad);
    assert_true(reader.next == reader.end);
    (void)bk_record_int(&reader);
    assert_true(reader.is_bad);
}

/* Cut off anywhere: it says so, and reads nothing behind the end (memcheck and ASan look). */
static void test_cut_off(void **state)
{
    bk_record_t record;
    apr_size_t len;

    write_all(&record);
    for (len = 0; len < record.len; len++) {
        unsigned char *bytes = malloc(len + 1);
        bk_record_reader_t reader;
        size_t i;

        memcpy(bytes, record.bytes, len);
        bk_record_read(&reader, bytes, len, *state);
        for (i = 0; i < UNIT_ROWS(numbers); i++) {
            (void)bk_record_int(&reader);
            (void)bk_record_fixed(&reader);
        }
        for (i = 0; i <= UNIT_ROWS(texts); i++) {
            (void)bk_record_text(&reader);
        }
        assert_true(reader.is_bad);
        free(bytes);
    }
}

/* Lengths of a record that is none: of more than there is, of ten bytes and more. */
static void test_garbage(void **state)
{
    uint64_t seed = 99;
    int round;

    for (round = 0; round < 20000; round++) {
        unsigned char bytes[24];
        bk_record_reader_t reader;
        size_t i;

        for (i = 0; i < sizeof(bytes); i++) {
            bytes[i] = (unsigned char)(unit_random(&seed) | (unit_random(&seed) & 0x80));
        }
        bk_record_read(&reader, bytes, sizeof(bytes), *state);
        for (i = 0; i < 8; i++) {
            (void)bk_record_text(&reader);
            (void)bk_record_int(&reader);
            bk_record_skip(&reader);
        }
        assert_true(reader.next <= bytes + sizeof(bytes));
    }
}

static void test_too_long(void **state)
{
    char text[BK_RECORD_BYTES + 1];
    bk_record_t record;

    memset(text, 'x', sizeof(text));
    text[BK_RECORD_BYTES - 2] = '\0';
    bk_record_begin(&record);
    bk_record_add_text(&record, text);
    assert_false(record.is_too_long);
    assert_int_equal(record.len, BK_RECORD_BYTES);
    bk_record_add_int(&record, 1);
    assert_true(record.is_too_long);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_too_long),
    };

    return cmocka_run_group_tests_name("bk_record", tests, unit_pool_open, unit_pool_close);
}
