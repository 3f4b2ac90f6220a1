/* Prints the dates of series, for test_recurrence_dates.sh. Of each line of its input, such as
 *
 *     Europe/Helsinki 2030-09-02T09:00 RRULE:FREQ=WEEKLY;COUNT=3
 *
 * it makes a line: the instants in seconds since the epoch; or the code of what is wrong. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "bk_recurrence_input.h"
#include "bk_time.h"

static void print_dates(const char *zone_name, const char *start_text, const char *rule_text,
                        bk_zone_cache_t *cache, apr_pool_t *p)
{
    const bk_input_value_t value = {.text = rule_text, .len = strlen(rule_text)};
    const char *wrong = NULL, *code = BK_RECURRENCE_BAD_RULE;
    apr_array_header_t *found = NULL;
    bk_recurrence_t rule;
    bk_faults_t faults;
    const bk_zone_t *zone;
    apr_int64_t start;

    bk_fault_none(&faults, p);
    if (bk_zone_open(&zone, cache, zone_name) != APR_SUCCESS ||
        !bk_time_parse_wall(start_text, &start)) {
        exit(2);
    }
    bk_recurrence_input_read(&rule, &value, NULL, &faults, p);
    if (bk_fault_count(&faults)) {
        wrong = bk_fault_at(&faults, 0)->detail;
    }
    else {
        wrong = bk_recurrence_expand(&found, &rule, zone, start, NULL, 0, &code, p);
    }
    for (int i = 0; !wrong && i < found->nelts; i++) {
        printf("%s%" PRId64, i ? " " : "",
               APR_ARRAY_IDX(found, i, bk_occurrence_t).start_ns / BK_TIME_SECOND);
    }
    puts(wrong ? code : "");
}

int main(void)
{
    char line[512], zone[64], start[64], rule[300];
    bk_zone_cache_t *cache;
    apr_pool_t *p, *one;

    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS ||
        bk_zone_cache_make(&cache, p) != APR_SUCCESS) {
        return 2;
    }
    while (fgets(line, sizeof(line), stdin)) {
        if (sscanf(line, "%63s %63s %299s", zone, start, rule) != 3) {
            return 2;
        }
        apr_pool_create(&one, p);
        print_dates(zone, start, rule, cache, one);
        apr_pool_destroy(one);
    }
    apr_terminate();
    return 0;
}
