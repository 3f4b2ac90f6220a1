/* Reading one value, of a body or of a query string, as the kind that its row says. */
#include "bk_input.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_fault.h"
#include "bk_text.h"
#include "bk_time.h"

static int is_bounded(const bk_input_row_t *row)
{
    return row->min != row->max;
}

const char *bk_input_read_int(const bk_input_row_t *row, apr_int64_t number, apr_pool_t *p)
{
    if (!is_bounded(row) || (number >= row->min && number <= row->max)) {
        return NULL;
    }
    return apr_psprintf(p, "must be from %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT, row->min,
                        row->max);
}

const char *bk_input_read_count(const bk_input_row_t *row, apr_size_t count, apr_pool_t *p)
{
    if (count < row->least) {
        return apr_psprintf(p, "must be at least %" APR_SIZE_T_FMT, row->least);
    }
    if (row->most > 0 && count > row->most) {
        return apr_psprintf(p, "must be at most %" APR_SIZE_T_FMT, row->most);
    }
    return NULL;
}

static const char *read_characters(const bk_input_row_t *row, const bk_input_value_t *value,
                                   apr_pool_t *p)
{
    apr_int64_t chars = (apr_int64_t)bk_text_chars(value->text, value->len);

    if (!is_bounded(row) || (chars >= row->min && chars <= row->max)) {
        return NULL;
    }
    return apr_psprintf(p, "must have from %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT " characters",
                        row->min, row->max);
}

/* Line feeds and tabs are taken out of the question where they may stand. */
static int has_control(const bk_input_row_t *row, const bk_input_value_t *value, apr_pool_t *p)
{
    char *copy, *c;

    if (!(row->flags & BK_INPUT_LINES)) {
        return bk_text_has_control(value->text, value->len);
    }
    copy = apr_pstrmemdup(p, value->text, value->len);
    for (c = copy; *c; c++) {
        if (*c == '\n' || *c == '\t' || *c == '\r') {
            *c = ' ';
        }
    }
    return bk_text_has_control(copy, value->len);
}

static const char *read_text(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p)
{
    return has_control(row, value, p) ? "contains a control character"
                                      : read_characters(row, value, p);
}

static const char *read_int(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p)
{
    return bk_text_int(value->text, &value->number) ? bk_input_read_int(row, value->number, p)
                                                    : "must be an integer";
}

static const char *read_bool(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p)
{
    (void)row;
    (void)p;
    value->number = strcmp(value->text, "true") == 0;
    return value->number || strcmp(value->text, "false") == 0 ? NULL : "must be true or false";
}

static const char *read_word(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p)
{
    const char *all = row->words[0];
    int i;

    for (i = 0; row->words[i]; i++) {
        if (strcmp(row->words[i], value->text) == 0) {
            value->number = i;
            return NULL;
        }
        all = i == 0 ? all : apr_pstrcat(p, all, ", ", row->words[i], NULL);
    }
    return apr_pstrcat(p, "must be one of: ", all, NULL);
}

/* What a path, or a URL, takes for its own cannot stand in an id. */
static const char *read_id(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p)
{
    apr_size_t chars = bk_text_chars(value->text, value->len);

    (void)row;
    if (chars < 1 || chars > BK_INPUT_ID_MOST) {
        return apr_psprintf(p, "must have from 1 to %d characters", BK_INPUT_ID_MOST);
    }
    if (bk_text_has_control(value->text, value->len) || strpbrk(value->text, "/?#%\\")) {
        return "contains a character that no id can have";
    }
    return NULL;
}

static const char *set_instant(bk_input_value_t *value, const bk_time_t *time)
{
    if (time->ns % BK_TIME_MINUTE != 0) {
        return "must be a whole minute";
    }
    value->number = time->ns;
    value->offset = time->offset;
    return NULL;
}

static const char *read_instant(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p)
{
    bk_time_t time;

    (void)row;
    (void)p;
    return bk_time_parse(value->text, &time)
               ? set_instant(value, &time)
               : "must be an instant with its offset, such as 2030-05-14T10:00:00+03:00";
}

static const char *read_wall(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p)
{
    (void)row;
    (void)p;
    if (!bk_time_parse_wall(value->text, &value->number)) {
        return "must be a local time without an offset, such as 2030-05-14T10:00";
    }
    value->is_wall = 1;
    return value->number % BK_TIME_MINUTE == 0 ? NULL : "must be a whole minute";
}

/* An instant is what has an offset. */
static const char *read_moment(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p)
{
    apr_int64_t wall;
    bk_time_t time;

    if (bk_time_parse_wall(value->text, &wall)) {
        return read_wall(row, value, p);
    }
    return bk_time_parse(value->text, &time)
               ? set_instant(value, &time)
               : "must be a time such as 2030-05-14T10:00:00+03:00, or 2030-05-14T10:00 by the "
                 "clock of the space";
}

static const char *read_date(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p)
{
    (void)row;
    (void)p;
    return bk_time_parse_date(value->text, &value->number) ? NULL
                                                           : "must be a date, such as 2030-05-14";
}

static const char *read_clock(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p)
{
    const char *text = value->text;
    int hour, minute;

    (void)row;
    (void)p;
    if (value->len != 5 || text[2] != ':' || strspn(text, "0123456789") != 2 ||
        strspn(text + 3, "0123456789") != 2) {
        return "must be a time of day, such as 08:30";
    }
    hour = 10 * (text[0] - '0') + text[1] - '0';
    minute = 10 * (text[3] - '0') + text[4] - '0';
    value->number = 60 * hour + minute;
    return minute > 59 || value->number > 24 * 60 ? "must be from 00:00 to 24:00" : NULL;
}

const char *bk_input_read(const bk_input_row_t *row, bk_input_value_t *value, const char **code,
                          apr_pool_t *p)
{
    static const struct {
        const char *(*read)(const bk_input_row_t *row, bk_input_value_t *value, apr_pool_t *p);
        const char *code;
    } kinds[] = {
        [BK_INPUT_TEXT] = {read_text, BK_FAULT_BAD_VALUE},
        [BK_INPUT_INT] = {read_int, BK_FAULT_BAD_VALUE},
        [BK_INPUT_BOOL] = {read_bool, BK_FAULT_BAD_VALUE},
        [BK_INPUT_WORD] = {read_word, BK_FAULT_BAD_VALUE},
        [BK_INPUT_ID] = {read_id, BK_FAULT_BAD_VALUE},
        [BK_INPUT_INSTANT] = {read_instant, BK_FAULT_BAD_TIME},
        [BK_INPUT_WALL] = {read_wall, BK_FAULT_BAD_TIME},
        [BK_INPUT_MOMENT] = {read_moment, BK_FAULT_BAD_TIME},
        [BK_INPUT_DATE] = {read_date, BK_FAULT_BAD_TIME},
        [BK_INPUT_CLOCK] = {read_clock, BK_FAULT_BAD_TIME},
    };

    *code = kinds[row->kind].code;
    return kinds[row->kind].read(row, value, p);
}
