#include "bk_recurrence_input.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "bk_text.h"
#include "bk_time.h"

/* ---- the table ----------------------------------------------------------------------------------
 */

static const char *const freqs[] = {"daily", "weekly", "monthly", NULL};
static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

const bk_input_row_t bk_recurrence_input_rows[] = {
    {.name = "freq", .kind = BK_INPUT_WORD, .flags = BK_INPUT_REQUIRED, .words = freqs},
    {.name = "interval", .kind = BK_INPUT_INT, .min = 1, .max = BK_RECURRENCE_INTERVAL},
    {.name = "days",
     .kind = BK_INPUT_WORD,
     .flags = BK_INPUT_LIST,
     .least = 1,
     .most = 7,
     .words = days},
    {.name = "nth", .kind = BK_INPUT_INT, .min = -5, .max = 5},
    {.name = "monthDay", .kind = BK_INPUT_INT, .min = -31, .max = 31},
    {.name = "count", .kind = BK_INPUT_INT, .min = 1, .max = BK_RECURRENCE_MOST},
    {.name = "until", .kind = BK_INPUT_DATE},
    {NULL}};

/* ---- what a table cannot say --------------------------------------------------------------------
 */

static int is_one_day(unsigned bits)
{
    return bits && !(bits & (bits - 1));
}

/* @return NULL, or what is wrong with a rule whose members are each right */
static const char *check(const bk_recurrence_t *rule, int has_count, int has_until)
{
    if (has_count == has_until) {
        return "A series ends either after a count or at a date";
    }
    if (rule->days && rule->freq == BK_RECURRENCE_DAILY) {
        return "Days of the week are for weekly and monthly series";
    }
    if ((rule->nth || rule->month_day) && rule->freq != BK_RECURRENCE_MONTHLY) {
        return "Days of the month are for monthly series";
    }
    if (rule->freq == BK_RECURRENCE_MONTHLY && rule->days &&
        (!rule->nth || !is_one_day(rule->days))) {
        return "A monthly series is on the nth of one day of the week";
    }
    if (rule->nth && (rule->month_day || !rule->days)) {
        return "The nth day of a month is of one day of the week, and of no day of the month";
    }
    return NULL;
}

/* ---- an object ----------------------------------------------------------------------------------
 */

static const char *read_object(bk_recurrence_t *rule, const bk_input_t *input)
{
    const bk_input_field_t *on = bk_input_field(input, "days");
    const bk_input_value_t *count = bk_input_value(input, "count");
    const bk_input_value_t *until = bk_input_value(input, "until");
    apr_size_t i;

    *rule = (bk_recurrence_t){.freq = (bk_recurrence_freq_t)bk_input_number(input, "freq", 0),
                              .interval = (int)bk_input_number(input, "interval", 1),
                              .nth = (int)bk_input_number(input, "nth", 0),
                              .month_day = (int)bk_input_number(input, "monthDay", 0),
                              .end = until ? BK_RECURRENCE_WALL : BK_RECURRENCE_COUNT,
                              .count = count ? (int)count->number : 0,
                              .until = until ? until->number + BK_TIME_DAY - 1 : 0};
    for (i = 0; i < on->count; i++) {
        rule->days |= 1U << on->values[i].number;
    }
    return check(rule, count != NULL, until != NULL);
}

/* ---- a text -------------------------------------------------------------------------------------
 * recur of RFC 5545, section 3.3.10. Names are in capitals or not.
 */

typedef struct parts_t {
    bk_recurrence_t *rule;
    int has_freq, has_count, has_until;
    apr_pool_t *p;
} parts_t;

static int find_word(const char *const *words, const char *text, apr_size_t letters)
{
    int i;

    for (i = 0; words[i]; i++) {
        if (strlen(text) == letters && strncasecmp(words[i], text, letters) == 0) {
            return i;
        }
    }
    return -1;
}

static const char *read_freq(parts_t *parts, const char *text)
{
    int freq = find_word(freqs, text, strlen(text));

    if (freq < 0 || strlen(freqs[freq]) != strlen(text)) {
        return "FREQ must be DAILY, WEEKLY or MONTHLY";
    }
    parts->rule->freq = (bk_recurrence_freq_t)freq;
    parts->has_freq = 1;
    return NULL;
}

/* A number, from 1 to the most; with a sign, if the least is below 0. */
static int read_number(const char *text, int least, int most, int *number)
{
    apr_int64_t value;

    if (!bk_text_int(*text == '+' && least < 0 ? text + 1 : text, &value) || value < least ||
        value > most || value == 0) {
        return 0;
    }
    *number = (int)value;
    return 1;
}

static const char *read_interval(parts_t *parts, const char *text)
{
    return read_number(text, 1, BK_RECURRENCE_INTERVAL, &parts->rule->interval)
               ? NULL
               : "INTERVAL must be from 1 to 52";
}

static const char *read_count(parts_t *parts, const char *text)
{
    parts->has_count = 1;
    return read_number(text, 1, BK_RECURRENCE_MOST, &parts->rule->count)
               ? NULL
               : "COUNT must be from 1 to 366";
}

static const char *read_month_day(parts_t *parts, const char *text)
{
    return read_number(text, -31, 31, &parts->rule->month_day)
               ? NULL
               : "BYMONTHDAY must be one day, from 1 to 31 or from -31 to -1";
}

/* A day, such as MO, or with its number, such as -1FR. */
static const char *read_day(parts_t *parts, char *text)
{
    apr_size_t len = strlen(text);
    char day[3] = "";
    int i, found = -1;

    if (len >= 2) {
        apr_cpystrn(day, text + len - 2, sizeof(day));
        text[len - 2] = '\0';
    }
    for (i = 0; days[i] && found < 0; i++) {
        found = strncasecmp(days[i], day, 2) == 0 && strlen(day) == 2 ? i : -1;
    }
    if (found < 0 || (*text && !read_number(text, -5, 5, &parts->rule->nth))) {
        return "BYDAY must be days such as MO,WE, or one such as -1FR";
    }
    parts->rule->days |= 1U << found;
    return NULL;
}

static const char *read_days(parts_t *parts, const char *text)
{
    char *rest = apr_pstrdup(parts->p, text), *one;
    const char *wrong = NULL;

    while (!wrong && (one = strsep(&rest, ","))) {
        wrong = read_day(parts, one);
        if (!wrong && parts->rule->nth && rest) {
            wrong = "BYDAY with a number must be one day";
        }
    }
    return wrong;
}

/* 20301220, 20301220T180000 or 20301220T180000Z. */
static const char *read_until(parts_t *parts, const char *text)
{
    bk_recurrence_t *rule = parts->rule;
    apr_size_t len = strlen(text);
    int is_utc = len == 16 && text[15] == 'Z', has_time = len == 15 || is_utc;
    const char *date, *time = "";

    parts->has_until = 1;
    if ((len != 8 && !has_time) || (has_time && text[8] != 'T')) {
        return "UNTIL must be a date or a time such as 20301220 or 20301220T180000Z";
    }
    date = apr_psprintf(parts->p, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
    if (has_time) {
        time = apr_psprintf(parts->p, "T%.2s:%.2s:%.2s", text + 9, text + 11, text + 13);
    }
    rule->end = is_utc ? BK_RECURRENCE_INSTANT : BK_RECURRENCE_WALL;
    if (!(has_time ? bk_time_parse_wall(apr_pstrcat(parts->p, date, time, NULL), &rule->until)
                   : bk_time_parse_date(date, &rule->until))) {
        return "UNTIL is not a date";
    }
    rule->until += has_time ? 0 : BK_TIME_DAY - 1;
    return NULL;
}

/* Only the week of RFC 5545's default. */
static const char *read_week_start(parts_t *parts, const char *text)
{
    (void)parts;
    return strcasecmp(text, "MO") == 0 ? NULL : "WKST must be MO";
}

static const struct {
    const char *name;
    const char *(*read)(parts_t *parts, const char *text);
} readers[] = {
    {"FREQ", read_freq},       {"INTERVAL", read_interval}, {"COUNT", read_count},
    {"UNTIL", read_until},     {"BYDAY", read_days},        {"BYMONTHDAY", read_month_day},
    {"WKST", read_week_start},
};
#define READERS (sizeof(readers) / sizeof(readers[0]))

static const char *read_part(parts_t *parts, char *part, unsigned int *seen)
{
    char *value = strchr(part, '=');
    unsigned int i;

    if (!value) {
        return "A part of a rule is NAME=VALUE, such as FREQ=WEEKLY";
    }
    *value++ = '\0';
    for (i = 0; i < READERS; i++) {
        if (strcasecmp(readers[i].name, part) == 0) {
            if (*seen & 1U << i) {
                return apr_pstrcat(parts->p, readers[i].name, " appears twice", NULL);
            }
            *seen |= 1U << i;
            return readers[i].read(parts, value);
        }
    }
    return "A rule may have FREQ, INTERVAL, BYDAY, BYMONTHDAY, COUNT, UNTIL and WKST";
}

static const char *read_text(bk_recurrence_t *rule, const char *text, apr_pool_t *p)
{
    static const char prefix[] = "RRULE:";
    apr_size_t skip = strncasecmp(text, prefix, sizeof(prefix) - 1) ? 0 : sizeof(prefix) - 1;
    char *rest = apr_pstrdup(p, text + skip), *part;
    parts_t parts = {.rule = rule, .p = p};
    unsigned int seen = 0;
    const char *wrong = NULL;

    *rule = (bk_recurrence_t){.interval = 1};
    while (!wrong && (part = strsep(&rest, ";"))) {
        wrong = read_part(&parts, part, &seen);
    }
    if (!wrong && !parts.has_freq) {
        wrong = "A rule must have a FREQ";
    }
    return wrong ? wrong : check(rule, parts.has_count, parts.has_until);
}

void bk_recurrence_input_read(bk_recurrence_t *rule, const bk_input_value_t *value,
                              const bk_fault_pointer_t *where, bk_faults_t *faults, apr_pool_t *p)
{
    const char *wrong =
        value->object ? read_object(rule, value->object) : read_text(rule, value->text, p);

    if (wrong) {
        bk_fault_add(faults, where, BK_RECURRENCE_BAD_RULE, "%s", wrong);
    }
}

/* ---- writing ------------------------------------------------------------------------------------
 */

static void write_days(bk_json_text_t *text, unsigned bits)
{
    int i;

    bk_json_text_array(text, "days");
    for (i = 0; days[i]; i++) {
        if (bits >> i & 1) {
            bk_json_text_string(text, NULL, days[i]);
        }
    }
    bk_json_text_array_end(text);
}

static char *text_of(apr_int64_t ns, apr_size_t len, apr_pool_t *p)
{
    char *text = bk_time_format_utc(ns, p);

    text[len] = '\0';
    return text;
}

static const char *without(const char *text, const char *bytes, apr_pool_t *p)
{
    char *short_text = apr_pstrdup(p, text), *to = short_text;

    for (; *text; text++) {
        if (!strchr(bytes, *text)) {
            *to++ = *text;
        }
    }
    *to = '\0';
    return short_text;
}

static int ends_with_a_day(const bk_recurrence_t *rule)
{
    return rule->end == BK_RECURRENCE_COUNT ||
           (rule->end == BK_RECURRENCE_WALL && (rule->until + 1) % BK_TIME_DAY == 0);
}

static const char *list_days(const bk_recurrence_t *rule, apr_pool_t *p)
{
    const char *list = "";
    int i;

    for (i = 0; days[i]; i++) {
        if (rule->days >> i & 1) {
            const char *number = rule->nth ? apr_itoa(p, rule->nth) : "";

            list = apr_psprintf(p, "%s%s%s%c%c", list, *list ? "," : "", number, days[i][0] - 32,
                                days[i][1] - 32);
        }
    }
    return *list ? apr_pstrcat(p, ";BYDAY=", list, NULL) : "";
}

/* An end within a day can only be said by the text. */
static void write_text(bk_json_text_t *text, const char *name, const bk_recurrence_t *rule)
{
    static const char *const names[] = {"DAILY", "WEEKLY", "MONTHLY"};
    apr_pool_t *p = text->p;
    const char *until = text_of(rule->until, sizeof("YYYY-MM-DDTHH:MM:SS") - 1, p);
    const char *day = rule->month_day ? apr_psprintf(p, ";BYMONTHDAY=%d", rule->month_day) : "";

    bk_json_text_string(text, name,
                        apr_psprintf(p, "RRULE:FREQ=%s;INTERVAL=%d%s%s;UNTIL=%s%s",
                                     names[rule->freq], rule->interval, list_days(rule, p), day,
                                     without(until, "-:", p),
                                     rule->end == BK_RECURRENCE_INSTANT ? "Z" : ""));
}

void bk_recurrence_input_write(bk_json_text_t *text, const char *name, const bk_recurrence_t *rule)
{
    if (!ends_with_a_day(rule)) {
        write_text(text, name, rule);
        return;
    }
    bk_json_text_object(text, name);
    bk_json_text_string(text, "freq", freqs[rule->freq]);
    bk_json_text_int(text, "interval", rule->interval);
    if (rule->days) {
        write_days(text, rule->days);
    }
    if (rule->nth) {
        bk_json_text_int(text, "nth", rule->nth);
    }
    if (rule->month_day) {
        bk_json_text_int(text, "monthDay", rule->month_day);
    }
    if (rule->end == BK_RECURRENCE_COUNT) {
        bk_json_text_int(text, "count", rule->count);
    }
    else {
        bk_json_text_string(text, "until", text_of(rule->until, sizeof("YYYY-MM-DD") - 1, text->p));
    }
    bk_json_text_object_end(text);
}
