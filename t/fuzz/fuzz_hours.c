/* Opening hours, beside the same rule in numbers that cannot overflow. */
#include "fuzz.h"

#include "bk_hours.h"

/* An instant within the years that a time can name. */
static apr_int64_t instant(fuzz_input_t *input)
{
    static bk_time_t first, last;

    if (!last.ns) {
        fuzz_assert(bk_time_parse("1678-01-01T00:00:00+23:59", &first));
        fuzz_assert(bk_time_parse("2261-12-31T23:59:59.999999999-23:59", &last));
    }
    /* Round numbers meet each other; others would hardly ever. */
    if (fuzz_byte(input) & 1) {
        return (apr_int64_t)((int16_t)fuzz_number(input, 2)) * 60 * BK_TIME_SECOND;
    }
    return (apr_int64_t)((apr_uint64_t)first.ns +
                         fuzz_number(input, 8) % bk_time_between(first.ns, last.ns));
}

/* Whole days do not matter: from the start's time of day, does the length reach past closing? */
static int fits(const bk_time_t *open, const bk_time_t *close, apr_int64_t start, apr_int64_t end)
{
    const __int128 day = BK_TIME_DAY;
    int offset = open ? open->offset : close ? close->offset : 0;
    __int128 opens = open ? bk_time_of_day(open->ns, offset) : 0;
    __int128 closes = close ? bk_time_of_day(close->ns, offset) : day;
    __int128 starts = bk_time_of_day(start, offset);
    __int128 length = (__int128)end - start;
    int shift;

    if ((!open && !close) || opens == closes || closes - opens == day) {
        return 1;
    }
    closes += closes < opens ? day : 0;
    for (shift = 0; shift <= 1; shift++) {
        if (opens <= starts + shift * day && starts + shift * day + length <= closes) {
            return 1;
        }
    }
    return 0;
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = {data, data + size};
    uint8_t stated = fuzz_byte(&input);
    int offset = (int)(fuzz_number(&input, 2) % 2879) - 1439;
    bk_time_t open = {instant(&input), offset}, close = {instant(&input), offset};
    const bk_time_t *opens = stated & 1 ? &open : NULL, *closes = stated & 2 ? &close : NULL;
    apr_int64_t start = instant(&input), end = instant(&input);

    if (start < end) {
        fuzz_assert(bk_hours_fit(opens, closes, start, end) == fits(opens, closes, start, end));
        fuzz_assert(bk_time_between(start, end) == (apr_uint64_t)((__int128)end - start));
    }
}
