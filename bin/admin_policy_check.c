#include "admin_policy_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "admin.h"
#include "admin_database.h"
#include "admin_policies.h"
#include "bk_json_alone.h"
#include "bk_time.h"
#include "space_policy.h"
#include "space_policy_store.h"

/* What is asked, and what answers it. */
typedef struct question_t {
    space_t space;
    space_policy_t policy;
    const bk_policy_input_t *input;
    const bk_policy_t *rules; /* of it */
    const bk_zone_t *zone;
    bk_person_t person;
    int overrides;                /* the rules do not hold for this person */
    apr_int64_t start_ns, end_ns; /* the day */
} question_t;

/* ---- reading ------------------------------------------------------------------------------------
 */

static int find_all(question_t *question, bk_db_t *db, const char *space, apr_pool_t *p)
{
    apr_status_t rv = space_store_dbd.find(db, space, &question->space, p);

    if (rv == APR_SUCCESS && question->space.policy) {
        rv = space_policy_store_dbd.find(db, question->space.policy, &question->policy, p);
    }
    if (rv == APR_NOTFOUND) {
        return admin_fail("there is no space of this id that can be booked", space);
    }
    if (rv != APR_SUCCESS) {
        return admin_database_report(db, rv);
    }
    return question->space.policy
               ? EXIT_SUCCESS
               : admin_fail("the space has no policy: its capacity and hours decide", space);
}

static int read_rules(question_t *question, apr_pool_t *p)
{
    const char *name;

    question->input = space_policy_rules(&question->policy, p);
    if (!question->input) {
        return admin_fail("the policy cannot be read", question->policy.id);
    }
    question->rules = &question->input->rules;
    name = question->input->time_zone ? question->input->time_zone : question->space.time_zone;
    return name && admin_policies_zone(&question->zone, name) == APR_SUCCESS
               ? EXIT_SUCCESS
               : admin_fail("there is no such time zone", name ? name : "(none)");
}

/* "a,b" */
static void read_groups(bk_person_t *person, const char *text, apr_pool_t *p)
{
    apr_array_header_t *groups = apr_array_make(p, 4, sizeof(const char *));
    char *rest, *group;

    for (group = apr_strtok(apr_pstrdup(p, text), ",", &rest); group;
         group = apr_strtok(NULL, ",", &rest)) {
        APR_ARRAY_PUSH(groups, const char *) = group;
    }
    person->groups = (const char *const *)groups->elts;
    person->group_count = groups->nelts;
}

/* The space's list of managers is JSON. */
static int is_manager(const question_t *question, apr_pool_t *p)
{
    const bk_json_t *list = bk_json_alone_read(question->space.managers, p);
    apr_size_t i;

    for (i = 0; list && i < list->count; i++) {
        const bk_json_value_t *one = &list->members[i];
        bk_principals_t name = {&one->text, 1};

        if (one->kind == BK_JSON_TEXT && bk_policy_names(&name, &question->person)) {
            return 1;
        }
    }
    return 0;
}

static int read_question(question_t *question, bk_db_t *db, const char *const *words,
                         const admin_settings_t *settings, apr_pool_t *p)
{
    apr_int64_t midnight;
    int result = find_all(question, db, words[1], p);

    if (result == EXIT_SUCCESS) {
        result = read_rules(question, p);
    }
    if (result != EXIT_SUCCESS) {
        return result;
    }
    if (!bk_time_parse_date(words[2], &midnight)) {
        return admin_fail("a date is written as 2030-05-14", words[2]);
    }
    bk_zone_day(question->zone, midnight, &question->start_ns, &question->end_ns);
    question->person.id = settings->user;
    if (settings->groups) {
        read_groups(&question->person, settings->groups, p);
    }
    question->person.manages = is_manager(question, p);
    question->overrides = bk_policy_overrides(question->rules, &question->person);
    return EXIT_SUCCESS;
}

/* ---- what could be booked -----------------------------------------------------------------------
 */

/* The shortest booking that the rules about lengths leave. */
static apr_int64_t shortest(const bk_policy_t *rules)
{
    int step = rules->length.step ? rules->length.step : 1;
    int least = rules->length.min ? rules->length.min : step;

    return (least + step - 1) / step * step;
}

/* What becomes of a booking from an instant on, as short as can be. Forms and terms are for who
 * books to fill in: they are not looked at. */
static bk_verdict_t decide(const question_t *question, apr_int64_t start_ns,
                           apr_array_header_t **broken, apr_pool_t *p)
{
    bk_policy_t rules = *question->rules;
    bk_wish_t wish = {.zone = question->zone,
                      .start_ns = start_ns,
                      .end_ns = start_ns + shortest(&rules) * BK_TIME_MINUTE,
                      .now_ns = bk_time_now(),
                      .people = rules.people.min ? rules.people.min : 1,
                      .capacity = question->space.capacity > 0 ? (int)question->space.capacity : 0};

    rules.field_count = 0;
    rules.terms = NULL;
    return bk_policy_decide(&rules, &wish, &question->person, broken, p);
}

static const char *clock_of(const question_t *question, apr_int64_t ns, apr_pool_t *p)
{
    return apr_pstrmemdup(p, bk_zone_format(question->zone, ns, p) + strlen("2030-05-14T"),
                          strlen("10:00"));
}

/* Minutes between the starts that are possible. */
static int start_step(const question_t *question)
{
    return question->rules->start.step && !question->overrides ? question->rules->start.step : 1;
}

static void print_range(const question_t *question, apr_int64_t first, apr_int64_t last,
                        apr_pool_t *p)
{
    printf("start   from %s to %s", clock_of(question, first, p), clock_of(question, last, p));
    if (start_step(question) > 1) {
        printf(", every %d minutes", start_step(question));
    }
    putchar('\n');
}

/* Print the starts that are possible: each minute is tried, and those that follow each other by the
 * policy's step are one line. @return how many */
static int print_starts(const question_t *question, apr_pool_t *p)
{
    apr_int64_t first = 0, last = 0, ns;
    int count = 0;

    for (ns = question->start_ns; ns < question->end_ns; ns += BK_TIME_MINUTE) {
        apr_array_header_t *broken;

        if (decide(question, ns, &broken, p) == BK_VERDICT_REFUSE) {
            continue;
        }
        if (count && ns - last > start_step(question) * BK_TIME_MINUTE) {
            print_range(question, first, last, p);
            first = ns;
        }
        first = count++ ? first : ns;
        last = ns;
    }
    if (count) {
        print_range(question, first, last, p);
    }
    return count;
}

/* Why nothing is possible: what is broken when the space opens, or else at the day's beginning. */
static void print_broken(const question_t *question, const apr_array_header_t *spans, apr_pool_t *p)
{
    apr_int64_t ns =
        spans->nelts ? APR_ARRAY_IDX(spans, 0, bk_span_t).start_ns : question->start_ns;
    apr_array_header_t *broken;
    int i;

    (void)decide(question, ns, &broken, p);
    for (i = 0; i < broken->nelts; i++) {
        const bk_violation_t *one = &APR_ARRAY_IDX(broken, i, bk_violation_t);

        printf("never   %s: %s\n", bk_policy_rule_name(one->rule), bk_policy_explain(one, p));
    }
}

/* ---- what it looks like -------------------------------------------------------------------------
 */

static void print_who(const question_t *question)
{
    const bk_policy_t *rules = question->rules;
    const bk_person_t *person = &question->person;

    puts(question->overrides                        ? "who     books whatever the rules say"
         : bk_policy_names(&rules->book, person)    ? "who     books at once"
         : bk_policy_names(&rules->request, person) ? "who     can only ask for it"
                                                    : "who     cannot book it");
}

static void print_length(const bk_policy_t *rules)
{
    printf("length  at least %" APR_INT64_T_FMT, shortest(rules));
    if (rules->length.max) {
        printf(", at most %d", rules->length.max);
    }
    printf(" minutes, in steps of %d\n", rules->length.step ? rules->length.step : 1);
}

static void print_horizon(const bk_policy_t *rules)
{
    if (rules->horizon.days >= 0) {
        printf("horizon %d days ahead, the last of them from %02d:%02d on\n", rules->horizon.days,
               rules->horizon.opens_at / 60, rules->horizon.opens_at % 60);
    }
}

/* What a policy says besides of a booking: what else is booked decides on times that are kept free,
 * and on quotas, and is not looked at here. */
static void print_besides(const bk_policy_input_t *input)
{
    const bk_policy_t *rules = &input->rules;

    if (rules->setup || rules->teardown) {
        printf("around  %d minutes before and %d after it are kept free\n", rules->setup,
               rules->teardown);
    }
    if (input->quota_count) {
        puts("quota   what is booked counts, which is not looked at here");
    }
    if (rules->cancel_until) {
        printf("cancel  until %d minutes before the start\n", rules->cancel_until);
    }
    if (rules->change_until) {
        printf("change  until %d minutes before the start\n", rules->change_until);
    }
}

int admin_policy_check(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                       apr_pool_t *p)
{
    question_t question = {0};
    apr_array_header_t *spans;
    int i;

    if (read_question(&question, db, words, settings, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    printf("space   %s, %s\n", question.space.id, bk_zone_name(question.zone));
    printf("policy  %s, version %" APR_INT64_T_FMT "\n", question.policy.id,
           question.policy.version);
    print_who(&question);
    spans = bk_opening_spans(&question.rules->opening, question.zone, question.start_ns,
                             question.end_ns, p);
    for (i = 0; i < spans->nelts; i++) {
        const bk_span_t *span = &APR_ARRAY_IDX(spans, i, bk_span_t);

        printf("open    %s to %s\n", bk_zone_format(question.zone, span->start_ns, p),
               bk_zone_format(question.zone, span->end_ns, p));
    }
    if (!print_starts(&question, p)) {
        print_broken(&question, spans, p);
    }
    if (!question.overrides) {
        print_length(question.rules);
        print_horizon(question.rules);
    }
    print_besides(question.input);
    return EXIT_SUCCESS;
}
