/* Times and dates: what is read is written so that it is read the same, and lies on one date. */
#include "fuzz.h"

#include <apr_strings.h>

#include "bk_time.h"

/* What a clock shows is what the same text with a Z behind it means in UTC. */
static void check_wall(const char *text, apr_pool_t *p)
{
    apr_int64_t wall;
    bk_time_t time;

    if (bk_time_parse_wall(text, &wall)) {
        const char *seconds = strlen(text) == strlen("YYYY-MM-DDTHH:MM") ? ":00Z" : "Z";

        fuzz_assert(bk_time_parse(apr_pstrcat(p, text, seconds, NULL), &time));
        fuzz_assert(time.ns == wall);
    }
    if (bk_time_parse_date(text, &wall)) {
        fuzz_assert(bk_time_is_date(text) && wall % BK_TIME_DAY == 0);
        fuzz_assert(bk_time_parse(apr_pstrcat(p, text, "T00:00:00Z", NULL), &time));
        fuzz_assert(time.ns == wall);
    }
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *text = fuzz_text(data, size);
    bk_time_t time, again;

    if (bk_time_parse(text, &time)) {
        const char *date = bk_time_date(&time, p);

        fuzz_assert(bk_time_parse(bk_time_format(&time, p), &again));
        fuzz_assert(again.ns == time.ns && again.offset == time.offset);
        fuzz_assert(strncmp(bk_time_format(&time, p), date, strlen(date)) == 0);
        fuzz_assert(strncmp(text, date, strlen(date)) == 0 && bk_time_is_date(date));
        /* A day of the first year is one of the year before in another offset, and so in the last.
         */
        if (bk_time_parse(bk_time_format_utc(time.ns, p), &again)) {
            fuzz_assert(again.ns == time.ns && again.offset == 0);
        }
        fuzz_assert(bk_time_of_day(time.ns, time.offset) >= 0 &&
                    bk_time_of_day(time.ns, time.offset) < BK_TIME_DAY);
    }
    if (bk_time_is_date(text)) {
        fuzz_assert(strlen(text) == 10);
    }
    check_wall(text, p);
    free(text);
}
