/* Times and dates: what is read is written so that it is read the same, and lies on one date. */
#include "fuzz.h"

#include "bk_time.h"

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
    free(text);
}
