#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <apr_strings.h>

#include "bk_name.h"
#include "bk_password_list.h"

static char path[] = "/tmp/bookable-unit-list-XXXXXX";

static apr_status_t read_text(const bk_password_list_t **list, const char *text, apr_pool_t *p)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    return bk_password_list_read(list, path, bk_name_fold, p);
}

static void test_list(void **state)
{
    const bk_password_list_t *list;

    assert_int_equal(read_text(&list, "123456\nPassword1\r\n\n\r\npassw\u00f6rd\nlast", *state),
                     APR_SUCCESS);
    assert_int_equal(bk_password_list_count(list), 4);
    assert_true(bk_password_list_has(list, "123456", *state));
    assert_true(bk_password_list_has(list, "password1", *state));
    assert_true(bk_password_list_has(list, "PASSWORD1", *state));
    assert_true(bk_password_list_has(list, "PASSW\u00f6rd", *state));
    assert_true(bk_password_list_has(list, "last", *state));
    assert_false(bk_password_list_has(list, "12345", *state));
    assert_false(bk_password_list_has(list, "1234567", *state));
    assert_false(bk_password_list_has(list, "password1\r", *state));
    assert_false(bk_password_list_has(list, "", *state));
}

/* However an editor has written the file, and a client the password. */
static void test_forms(void **state)
{
    static const char *const on[] = {"qwertz",
                                     "caf\u00e9",
                                     "cafe\u0301",
                                     "CAF\u00c9",
                                     "\u00fcber",
                                     "U\u0308BER",
                                     "\uff50\uff41\uff53\uff53"};
    const bk_password_list_t *list;
    unsigned int i;

    assert_int_equal(
        read_text(&list, "\ufeffqwertz\r\ncafe\u0301\n\u00dcber\n\377broken\npass\n", *state),
        APR_SUCCESS);
    assert_int_equal(bk_password_list_count(list), 5);
    for (i = 0; i < UNIT_ROWS(on); i++) {
        assert_that(bk_password_list_has(list, on[i], *state), "%s", on[i]);
    }
    assert_true(bk_password_list_has(list, "\377BROKEN", *state));
    assert_false(bk_password_list_has(list, "cafe", *state));
}

/* A line of any length is one line: none of its parts is a password. */
static void test_long_lines(void **state)
{
    const bk_password_list_t *list;
    char *text = apr_psprintf(*state, "%0255d\n%0256d\n%0300d\n%0600dabc\nabcd\n", 1, 2, 3, 4);

    assert_int_equal(read_text(&list, text, *state), APR_SUCCESS);
    assert_true(bk_password_list_has(list, "abcd", *state));
    assert_false(bk_password_list_has(list, "abc", *state));
    assert_false(
        bk_password_list_has(list, "000000000000000000000000000000000000000000003", *state));
    assert_int_equal(bk_password_list_count(list), 1);
    assert_false(bk_password_list_has(list, apr_psprintf(*state, "%0300d", 3), *state));
}

static void test_many(void **state)
{
    const bk_password_list_t *list;
    FILE *file = fopen(path, "w");
    int i;

    assert_non_null(file);
    for (i = 0; i < 100000; i++) {
        fprintf(file, "pass-%d\n", i * 7);
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(bk_password_list_read(&list, path, bk_name_fold, *state), APR_SUCCESS);
    assert_int_equal(bk_password_list_count(list), 100000);
    for (i = 0; i < 7000; i++) {
        assert_int_equal(bk_password_list_has(list, apr_psprintf(*state, "pass-%d", i), *state),
                         i % 7 == 0);
    }
}

static void test_no_list(void **state)
{
    const bk_password_list_t *list;

    assert_int_equal(read_text(&list, "", *state), APR_EGENERAL);
    assert_int_equal(read_text(&list, "\n\r\n", *state), APR_EGENERAL);
    assert_true(APR_STATUS_IS_ENOENT(
        bk_password_list_read(&list, "/nowhere/passwords", bk_name_fold, *state)));
    /* What never ends is not begun. */
    assert_int_equal(bk_password_list_read(&list, "/dev/zero", bk_name_fold, *state), APR_EGENERAL);
    assert_int_not_equal(bk_password_list_read(&list, "/", bk_name_fold, *state), APR_SUCCESS);
}

static int open_file(void **state)
{
    int descriptor = mkstemp(path);

    return descriptor < 0 || close(descriptor) ? -1 : unit_pool_open(state);
}

static int close_file(void **state)
{
    unlink(path);
    return unit_pool_close(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),       cmocka_unit_test(test_forms),
        cmocka_unit_test(test_long_lines), cmocka_unit_test(test_many),
        cmocka_unit_test(test_no_list),
    };

    return cmocka_run_group_tests(tests, open_file, close_file);
}
