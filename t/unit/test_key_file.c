#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bk_key_file.h"

#define DIGITS "000102030405060708090A0b0c0d0e0f"

static char path[] = "/tmp/bookable-key-XXXXXX";

static void write_text(const char *text, size_t len, mode_t mode)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static int make_file(void **state)
{
    int fd = mkstemp(path);

    return fd < 0 ? -1 : close(fd) + unit_pool_open(state);
}

static int remove_file(void **state)
{
    return unlink(path) + unit_pool_close(state);
}

static void test_right(void **state)
{
    static const char *const texts[] = {DIGITS "\n", DIGITS, DIGITS "\r\n"};
    const unsigned char *bytes;
    bk_hash_key_t key;
    size_t i, j;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        write_text(texts[i], strlen(texts[i]), 0600);
        assert_null(bk_key_file_read(&key, path, *state));
        for (bytes = (const unsigned char *)&key, j = 0; j < 16; j++) {
            assert_int_equal(bytes[j], j);
        }
    }
    write_text(DIGITS, strlen(DIGITS), 0400);
    assert_null(bk_key_file_read(&key, path, *state));
}

static void is_wrong(const char *text, size_t len, mode_t mode, const char *why, apr_pool_t *p)
{
    bk_hash_key_t key;
    const char *wrong;

    write_text(text, len, mode);
    wrong = bk_key_file_read(&key, path, p);
    assert_that(wrong && strstr(wrong, why), "'%s', mode %o: %s", text, mode, wrong ? wrong : "");
    assert_null(strstr(wrong, "0102"));
}

static void test_wrong(void **state)
{
    static const char *const texts[] = {"",
                                        "\n",
                                        DIGITS "0",
                                        DIGITS "00000000",
                                        "000102030",
                                        "secret",
                                        " " DIGITS,
                                        "\n" DIGITS,
                                        "0x0102030405060708090a0b0c0d0e0f",
                                        "00:102030405060708090A0b0c0d0e0f",
                                        "g00102030405060708090A0b0c0d0e0f"};
    static const mode_t modes[] = {0640, 0604, 0620, 0602, 0644, 0666, 0777};
    size_t i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        is_wrong(texts[i], strlen(texts[i]), 0600, "32 hexadecimal digits", *state);
    }
    is_wrong("0001\0" DIGITS, 5 + strlen(DIGITS), 0600, "32 hexadecimal digits", *state);
    for (i = 0; i < UNIT_ROWS(modes); i++) {
        is_wrong(DIGITS, strlen(DIGITS), modes[i], "chmod 600", *state);
    }
}

static void test_no_file(void **state)
{
    bk_hash_key_t key;

    assert_non_null(
        strstr(bk_key_file_read(&key, "/tmp/no/such", *state), "cannot be read: No such"));
    assert_non_null(strstr(bk_key_file_read(&key, "/tmp", *state), "is no plain file"));
    assert_non_null(strstr(bk_key_file_read(&key, "/dev/null", *state), "is no plain file"));
    assert_int_equal(unlink(path) + mkfifo(path, 0600), 0);
    assert_non_null(strstr(bk_key_file_read(&key, path, *state), "is no plain file"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_no_file),
    };

    return cmocka_run_group_tests_name("bk_key_file", tests, make_file, remove_file);
}
