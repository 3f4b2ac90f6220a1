#include "bk_time.h"

#include <time.h>

#define FIRST_YEAR 1678
#define LAST_YEAR 2261

/* Days from 1970-01-01 in the proleptic Gregorian calendar, after H. Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms": years begin in March, so that the leap day comes last. */
static apr_int64_t days_from_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (apr_int64_t)era * 146097 + day_of_era - 719468;
}

static void civil_from_days(apr_int64_t days, int *year, int *month, int *day)
{
    apr_int64_t z = days + 719468;
    apr_int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = (int)(z - era * 146097);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted_month = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    *month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    *year = (int)(year_of_era + era * 400) + (*month <= 2);
}

static apr_int64_t floor_div(apr_int64_t a, apr_int64_t b)
{
    return a / b - (a % b < 0);
}

/* Read exactly @a count digits, and move the cursor behind them. */
static int read_digits(const char **cursor, int count, int *value)
{
    *value = 0;
    while (count-- > 0) {
        int digit = **cursor - '0';
        if (digit < 0 || digit > 9) {
            return 0;
        }
        *value = *value * 10 + digit;
        (*cursor)++;
    }
    return 1;
}

static int read_char(const char **cursor, char wanted)
{
    if (**cursor != wanted) {
        return 0;
    }
    (*cursor)++;
    return 1;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static int read_date(const char **cursor, int *year, int *month, int *day)
{
    return read_digits(cursor, 4, year) && read_char(cursor, '-') &&
           read_digits(cursor, 2, month) && read_char(cursor, '-') && read_digits(cursor, 2, day) &&
           *month >= 1 && *month <= 12 && *day >= 1 && *day <= days_in_month(*year, *month);
}

/* Read "." and one to nine digits, or nothing. Zeros beyond the ninth digit are accepted. */
static int read_fraction(const char **cursor, apr_int64_t *ns)
{
    apr_int64_t unit = BK_TIME_SECOND / 10;

    *ns = 0;
    if (**cursor != '.') {
        return 1;
    }
    (*cursor)++;
    if (**cursor < '0' || **cursor > '9') {
        return 0;
    }
    for (; **cursor >= '0' && **cursor <= '9'; (*cursor)++, unit /= 10) {
        if (unit == 0 && **cursor != '0') {
            return 0;
        }
        *ns += (**cursor - '0') * unit;
    }
    return 1;
}

/* Read "Z", or a sign and HH:MM. */
static int read_offset(const char **cursor, int *minutes)
{
    int sign, hh, mm;

    if (**cursor == 'Z' || **cursor == 'z') {
        (*cursor)++;
        *minutes = 0;
        return 1;
    }
    if (**cursor != '+' && **cursor != '-') {
        return 0;
    }
    sign = **cursor == '-' ? -1 : 1;
    (*cursor)++;
    if (!read_digits(cursor, 2, &hh) || !read_char(cursor, ':') || !read_digits(cursor, 2, &mm) ||
        hh > 23 || mm > 59) {
        return 0;
    }
    *minutes = sign * (hh * 60 + mm);
    return 1;
}

/* Read a time of day: hours and minutes, and seconds with an optional fraction. */
static int read_clock(const char **cursor, int are_seconds_needed, apr_int64_t *ns)
{
    int hour, minute, second = 0;
    apr_int64_t fraction = 0;

    if (!read_digits(cursor, 2, &hour) || !read_char(cursor, ':') ||
        !read_digits(cursor, 2, &minute)) {
        return 0;
    }
    if ((are_seconds_needed || **cursor == ':') &&
        (!read_char(cursor, ':') || !read_digits(cursor, 2, &second) ||
         !read_fraction(cursor, &fraction))) {
        return 0;
    }
    *ns = (hour * 3600 + minute * 60 + second) * BK_TIME_SECOND + fraction;
    return hour <= 23 && minute <= 59 && second <= 59;
}

/* Read a date whose midnight, in UTC, can be expressed in 64-bit nanoseconds. */
static int read_midnight(const char **cursor, apr_int64_t *ns)
{
    int year, month, day;

    if (!read_date(cursor, &year, &month, &day) || year < FIRST_YEAR || year > LAST_YEAR) {
        return 0;
    }
    *ns = days_from_civil(year, month, day) * BK_TIME_DAY;
    return 1;
}

/* Read a date and a time of day without an offset, and convert them as if they were in UTC. */
static int read_date_time(const char **cursor, int are_seconds_needed, apr_int64_t *ns)
{
    apr_int64_t clock;

    if (!read_midnight(cursor, ns) || !(read_char(cursor, 'T') || read_char(cursor, 't')) ||
        !read_clock(cursor, are_seconds_needed, &clock)) {
        return 0;
    }
    *ns += clock;
    return 1;
}

int bk_time_parse(const char *text, bk_time_t *time)
{
    if (!read_date_time(&text, 1, &time->ns) || !read_offset(&text, &time->offset) || *text) {
        return 0;
    }
    time->ns -= time->offset * BK_TIME_MINUTE;
    return 1;
}

int bk_time_parse_wall(const char *text, apr_int64_t *wall)
{
    return read_date_time(&text, 0, wall) && !*text;
}

int bk_time_parse_date(const char *text, apr_int64_t *wall)
{
    return read_midnight(&text, wall) && !*text;
}

/* Times are formatted digit by digit, because printf took a twentieth of the instructions outside
 * the kernel for the two times of a booking. Each function returns a pointer behind what it wrote.
 */
static char *write_digits(char *to, int count, int value)
{
    int i;

    for (i = count - 1; i >= 0; i--, value /= 10) {
        to[i] = (char)('0' + value % 10);
    }
    return to + count;
}

/* Most are two digits, without a loop: a list of bookings has thousands of them. */
static char *write_two(char *to, int value)
{
    to[0] = (char)('0' + value / 10);
    to[1] = (char)('0' + value % 10);
    return to + 2;
}

static char *write_pair(char *to, char before, int value)
{
    *to = before;
    return write_two(to + 1, value);
}

static char *write_date(char *to, apr_int64_t days)
{
    int year, month, day;

    civil_from_days(days, &year, &month, &day);
    to = write_two(write_two(to, year / 100), year % 100);
    to = write_pair(to, '-', month);
    return write_pair(to, '-', day);
}

/* Write the fraction of a second with its point, without trailing zeros; nothing if it is 0. */
static char *write_fraction(char *to, int ns)
{
    if (ns == 0) {
        return to;
    }
    *to = '.';
    to = write_digits(to + 1, 9, ns);
    while (to[-1] == '0') {
        to--;
    }
    return to;
}

static char *write_offset(char *to, int offset)
{
    int ahead = offset < 0 ? -offset : offset;

    if (offset == 0) {
        *to = 'Z';
        return to + 1;
    }
    to = write_pair(to, offset < 0 ? '-' : '+', ahead / 60);
    return write_pair(to, ':', ahead % 60);
}

apr_size_t bk_time_write(const bk_time_t *time, char text[BK_TIME_TEXT])
{
    apr_int64_t local = time->ns + time->offset * BK_TIME_MINUTE;
    apr_int64_t days = floor_div(local, BK_TIME_DAY);
    apr_int64_t rest = local - days * BK_TIME_DAY;
    int seconds = (int)(rest / BK_TIME_SECOND);
    char *end = write_date(text, days);

    end = write_pair(end, 'T', seconds / 3600);
    end = write_pair(end, ':', seconds / 60 % 60);
    end = write_pair(end, ':', seconds % 60);
    end = write_fraction(end, (int)(rest % BK_TIME_SECOND));
    end = write_offset(end, time->offset);
    *end = '\0';
    return (apr_size_t)(end - text);
}

char *bk_time_format(const bk_time_t *time, apr_pool_t *p)
{
    char *text = apr_palloc(p, BK_TIME_TEXT);

    bk_time_write(time, text);
    return text;
}

char *bk_time_format_utc(apr_int64_t ns, apr_pool_t *p)
{
    bk_time_t utc = {ns, 0};
    return bk_time_format(&utc, p);
}

int bk_time_is_date(const char *text)
{
    int year, month, day;
    return read_date(&text, &year, &month, &day) && !*text;
}

char *bk_time_date(const bk_time_t *time, apr_pool_t *p)
{
    char *text = apr_palloc(p, sizeof("YYYY-MM-DD"));

    *write_date(text, floor_div(time->ns + time->offset * BK_TIME_MINUTE, BK_TIME_DAY)) = '\0';
    return text;
}

apr_int64_t bk_time_of_day(apr_int64_t ns, int offset)
{
    apr_int64_t local = ns + offset * BK_TIME_MINUTE;
    return local - floor_div(local, BK_TIME_DAY) * BK_TIME_DAY;
}

apr_uint64_t bk_time_between(apr_int64_t start_ns, apr_int64_t end_ns)
{
    return (apr_uint64_t)end_ns - (apr_uint64_t)start_ns;
}

apr_int64_t bk_time_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * BK_TIME_SECOND + now.tv_nsec;
}

apr_int64_t bk_time_monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (apr_int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
