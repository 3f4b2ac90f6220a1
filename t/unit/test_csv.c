/* Comma-separated values. */
#include "unit.h"

#include <apr_strings.h>

#include "bk_csv.h"

#define MOST 4

/* Rows as one text: cells in brackets, rows by lines; or why there are none. */
static const char *show(const char *data, apr_pool_t *p)
{
    const char *shown = "", *why;
    apr_array_header_t *rows;
    int i, j;

    if (bk_csv_read(&rows, data, strlen(data), MOST, &why, p) != APR_SUCCESS) {
        return why;
    }
    for (i = 0; i < rows->nelts; i++) {
        const apr_array_header_t *row = APR_ARRAY_IDX(rows, i, apr_array_header_t *);

        for (j = 0; j < row->nelts; j++) {
            shown = apr_pstrcat(p, shown, "[", APR_ARRAY_IDX(row, j, const char *), "]", NULL);
        }
        shown = apr_pstrcat(p, shown, "\n", NULL);
    }
    return shown;
}

static void test_rows(void **state)
{
    static const struct {
        const char *data, *shown;
    } rows[] = {
        {"", ""},
        {"\n\r\n", ""},
        {"a", "[a]\n"},
        {"a,b\nc,d\n", "[a][b]\n[c][d]\n"},
        {"a,b\r\nc,d\r\n", "[a][b]\n[c][d]\n"},
        {"a,b\r\n\r\nc,d", "[a][b]\n[c][d]\n"},
        {",\n", "[][]\n"},
        {"a,\r\n", "[a][]\n"},
        {"\"a,b\",\"c\"\"d\"\n", "[a,b][c\"d]\n"},
        {"\"two\r\nlines\",x", "[two\r\nlines][x]\n"},
        {"\"\",\"\"", "[][]\n"},
        {" a , b ", "[ a ][ b ]\n"},
        {"\xef\xbb\xbf"
         "a,\xc3\xa4",
         "[a][\xc3\xa4]\n"},
        {"a\"b", "line 1: there are quotes in a cell that does not begin with one"},
        {"a\n\"b", "line 2: the quotes of a cell are not closed"},
        {"\"a\nb\nc", "line 3: the quotes of a cell are not closed"},
        {"\"a\"b", "line 1: there is text after the closing quotes of a cell"},
        {"a\rb", "line 1: there is a carriage return within a row"},
        {"a,b,c,d,e", "line 1: there are too many cells"},
        {"a\nb\nc\nd\ne", "line 5: there are too many rows"},
        {"a\nb\nc\nd\n", "[a]\n[b]\n[c]\n[d]\n"},
        {"\xff", "is not UTF-8, or contains a NUL"},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_string_equal(show(rows[i].data, *state), rows[i].shown);
    }
}

static void test_nul(void **state)
{
    apr_array_header_t *rows;
    const char *why;

    assert_int_equal(bk_csv_read(&rows, "a\0b", 3, MOST, &why, *state), APR_EGENERAL);
    assert_int_equal(bk_csv_read(&rows, "abc", 1, MOST, &why, *state), APR_SUCCESS);
    assert_string_equal(
        APR_ARRAY_IDX(APR_ARRAY_IDX(rows, 0, apr_array_header_t *), 0, const char *), "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_nul)};

    return cmocka_run_group_tests(tests, unit_pool_open, unit_pool_close);
}
