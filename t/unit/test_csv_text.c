/* Writing comma-separated values. */
#include "unit.h"

#include <string.h>

#include <apr_tables.h>

#include "bk_csv.h"
#include "bk_csv_text.h"

typedef struct output_t {
    char text[20000];
    apr_size_t len;
    int pieces;
    apr_status_t rv; /* what is answered to a piece */
} output_t;

static output_t output;

static apr_status_t keep(void *context, const char *data, apr_size_t len)
{
    output_t *to = context;

    memcpy(to->text + to->len, data, len);
    to->len += len;
    to->text[to->len] = '\0';
    to->pieces++;
    return to->rv;
}

static bk_csv_text_t *begin(int with_bom)
{
    static bk_csv_text_t csv;

    memset(&output, 0, sizeof(output));
    bk_csv_text_begin(&csv, keep, &output, with_bom);
    return &csv;
}

static void test_cells(void **state)
{
    bk_csv_text_t *csv = begin(0);

    bk_csv_text_cell(csv, "a");
    bk_csv_text_cell(csv, NULL);
    bk_csv_text_cell(csv, "b,c");
    bk_csv_text_cell(csv, "say \"no\"");
    bk_csv_text_cell(csv, "two\nlines");
    bk_csv_text_row(csv);
    bk_csv_text_cell(csv, "");
    bk_csv_text_cell(csv, "\xc3\xa4");
    bk_csv_text_row(csv);
    assert_int_equal(bk_csv_text_end(csv), APR_SUCCESS);
    assert_string_equal(output.text,
                        "a,,\"b,c\",\"say \"\"no\"\"\",\"two\nlines\"\r\n,\xc3\xa4\r\n");
}

/* What a spreadsheet would take for a formula. */
static void test_formulas(void **state)
{
    static const char *const formulas[] = {"=1+1", "+1",   "-1",          "@SUM(A1)",
                                           "\t=1", "\r=1", "=\"a\",\"b\""};
    apr_size_t i;

    for (i = 0; i < UNIT_ROWS(formulas); i++) {
        bk_csv_text_t *csv = begin(0);
        apr_array_header_t *rows;
        const char *why, *cell;

        bk_csv_text_cell(csv, formulas[i]);
        bk_csv_text_row(csv);
        assert_int_equal(bk_csv_text_end(csv), APR_SUCCESS);
        assert_int_equal(bk_csv_read(&rows, output.text, output.len, 9, &why, *state), APR_SUCCESS);
        cell = APR_ARRAY_IDX(APR_ARRAY_IDX(rows, 0, apr_array_header_t *), 0, const char *);
        assert_that(*cell == '\'' && strcmp(cell + 1, formulas[i]) == 0, "'%s' became '%s'",
                    formulas[i], cell);
    }
}

static void test_bom(void **state)
{
    bk_csv_text_t *csv = begin(1);

    bk_csv_text_cell(csv, "a");
    bk_csv_text_row(csv);
    assert_int_equal(bk_csv_text_end(csv), APR_SUCCESS);
    assert_string_equal(output.text, "\xef\xbb\xbf"
                                     "a\r\n");
}

/* It is passed on in pieces, and an error is the last. */
static void test_pieces(void **state)
{
    bk_csv_text_t *csv = begin(0);
    int i;

    for (i = 0; i < 3000; i++) {
        bk_csv_text_cell(csv, "a");
        bk_csv_text_row(csv);
    }
    assert_int_equal(output.pieces, 1);
    assert_int_equal(output.len, BK_PIECES_ROOM);
    output.rv = APR_ENOSPC;
    for (i = 0; i < 9000; i++) {
        bk_csv_text_row(csv);
    }
    assert_int_equal(bk_csv_text_end(csv), APR_ENOSPC);
    assert_int_equal(output.pieces, 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_bom),
        cmocka_unit_test(test_pieces),
    };

    return cmocka_run_group_tests_name("bk_csv_text", tests, unit_pool_open, unit_pool_close);
}
