/* The calendar in shared memory, beside a list that does the same, with the calendar's validator.
 */
#include "fuzz.h"

#include "bk_calendar.h"

#define SIZE 65536
#define RANGES 256

static bk_calendar_range_t ranges[RANGES];
static int count;

static apr_status_t rebuild(void *baton, const bk_calendar_t *calendar, apr_uint32_t stripe)
{
    fuzz_assert(!"nobody died");
    return APR_EGENERAL;
}

static int overlaps(const bk_calendar_range_t *range)
{
    int i;

    for (i = 0; i < count; i++) {
        if (ranges[i].space == range->space && ranges[i].start < range->end &&
            range->start < ranges[i].end) {
            return 1;
        }
    }
    return 0;
}

static void add(const bk_calendar_t *calendar, const bk_calendar_range_t *range)
{
    apr_status_t rv = bk_calendar_add(calendar, range);

    fuzz_assert(rv == APR_ENOSPC || (rv == APR_EEXIST) == overlaps(range));
    if (rv == APR_SUCCESS) {
        ranges[count++] = *range;
    }
}

static void take_out(const bk_calendar_t *calendar, int number)
{
    fuzz_assert(bk_calendar_has(calendar, &ranges[number]));
    bk_calendar_remove(calendar, &ranges[number]);
    fuzz_assert(!bk_calendar_has(calendar, &ranges[number]));
    ranges[number] = ranges[--count];
}

/* Small numbers meet each other; the largest show what overflows. */
static apr_int64_t instant(fuzz_input_t *input)
{
    uint8_t kind = fuzz_byte(input);

    return kind % 8 ? (apr_int64_t)fuzz_byte(input) : (apr_int64_t)fuzz_number(input, 8);
}

static void step(const bk_calendar_t *calendar, fuzz_input_t *input)
{
    uint8_t what = fuzz_byte(input);
    bk_calendar_range_t range = {.space = 1 + (apr_uint32_t)fuzz_byte(input) % 9};
    apr_uint32_t stripe;

    range.date = 1 + fuzz_byte(input) % 5;
    range.start = instant(input);
    range.end = instant(input);
    if (what % 3 && (range.start >= range.end || count == RANGES)) {
        return;
    }
    if (!(what % 3)) {
        if (!count) {
            return;
        }
        range = ranges[what % count];
    }
    stripe = bk_calendar_stripe(calendar, range.space);
    fuzz_assert(bk_calendar_open(calendar, stripe) == APR_SUCCESS);
    if (what % 3) {
        add(calendar, &range);
    }
    else {
        take_out(calendar, what % count);
    }
    bk_calendar_close(calendar, stripe);
}

static int has_date(apr_int64_t date)
{
    int i;

    for (i = 0; i < count; i++) {
        if (ranges[i].date == date) {
            return 1;
        }
    }
    return 0;
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = {data, data + size};
    void *memory = aligned_alloc(BK_MEMORY_LINE, SIZE);
    apr_uint64_t found;
    apr_int64_t date;
    const char *wrong;
    bk_calendar_t calendar;

    fuzz_assert(memory);
    memset(memory, 0, SIZE);
    count = 0;
    fuzz_assert(bk_calendar_attach(&calendar, (bk_memory_t){memory, SIZE}, apr_time_from_sec(1),
                                   rebuild, NULL) == APR_SUCCESS);
    while (fuzz_left(&input)) {
        step(&calendar, &input);
    }
    for (date = 1; date <= 5; date++) {
        fuzz_assert(bk_calendar_find_date(&calendar, date) ==
                    (has_date(date) ? APR_SUCCESS : APR_NOTFOUND));
    }
    wrong = bk_calendar_validate(&calendar, &found, p);
    if (wrong) {
        fprintf(stderr, "%s\n", wrong);
    }
    fuzz_assert(!wrong && found == (apr_uint64_t)count);
    free(memory);
}
