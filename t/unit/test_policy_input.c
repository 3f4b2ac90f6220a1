#include "unit.h"

#include <apr_strings.h>

#include "bk_policy_input.h"
#include "faults.h"
#include "json_read.h"

static const char study_rooms[] =
    "{\"id\":\"study-rooms\",\"name\":\"Study rooms\",\"timeZone\":null,"
    "\"hours\":[{\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"],\"from\":\"08:00\","
    "\"to\":\"22:00\"},{\"days\":[\"sat\",\"sun\"],\"from\":\"20:00\",\"to\":\"04:00\"}],"
    "\"exceptions\":[{\"from\":\"2030-12-24\",\"to\":\"2030-12-26\",\"hours\":[]},"
    "{\"from\":\"2030-05-20\",\"to\":\"2030-06-10\","
    "\"hours\":[{\"from\":\"06:00\",\"to\":\"24:00\"}]}],"
    "\"length\":{\"min\":30,\"max\":240,\"step\":30},\"start\":{\"step\":30,\"anchor\":\"00:15\"},"
    "\"setup\":5,\"teardown\":10,"
    "\"lead\":20,\"horizon\":{\"days\":14,\"opensAt\":\"07:00\"},\"cancelUntil\":1,"
    "\"changeUntil\":2,\"past\":true,"
    "\"people\":{\"min\":1,\"enforceCapacity\":true},"
    "\"see\":[\"everyone\"],\"book\":[\"group:students\",\"group:staff\"],"
    "\"request\":[\"group:guests\"],\"override\":[\"group:facilities\"],"
    "\"approvers\":[\"group:library-desk\"],\"onBehalf\":[\"group:desk\"],"
    "\"pendingExpires\":24,"
    "\"series\":{\"by\":[\"group:staff\"],\"max\":60,\"weeks\":52},"
    "\"quota\":[{\"id\":\"week\",\"per\":\"week\",\"minutes\":600},"
    "{\"id\":\"open\",\"per\":\"future\",\"count\":3,\"over\":\"all\"}],"
    "\"checkIn\":null,\"waiting\":false,\"holdMinutes\":7,"
    "\"privacy\":{\"others\":\"busy\",\"group:staff\":\"title\"},"
    "\"fields\":[{\"key\":\"purpose\",\"label\":\"Purpose\",\"type\":\"choice\","
    "\"choices\":[\"lecture\",\"exam\",\"meeting\"],\"required\":true},{\"key\":\"note\"}],"
    "\"terms\":{\"url\":\"https://example.org/terms\",\"version\":\"2030-01\"},\"version\":3}";

static const bk_policy_input_t *policy_of(const char *text, apr_pool_t *p)
{
    const bk_policy_input_t *policy;
    bk_faults_t faults;

    bk_fault_none(&faults, p);
    policy = bk_policy_input_read(json_read(text, p), &faults, p);
    assert_that(policy != NULL, "%s: %s", text, faults_text(&faults, p));
    return policy;
}

static void test_times(void **state)
{
    const bk_policy_t *rules = &policy_of(study_rooms, *state)->rules;

    assert_int_equal(rules->opening.weekly_count, 2);
    assert_int_equal(rules->opening.weekly[0].days, 0x1f);
    assert_int_equal(rules->opening.weekly[0].stretch.from, 480);
    assert_int_equal(rules->opening.weekly[0].stretch.to, 1320);
    assert_int_equal(rules->opening.weekly[1].days, 0x60);
    assert_int_equal(rules->opening.weekly[1].stretch.from, 1200);
    assert_int_equal(rules->opening.weekly[1].stretch.to, 1680);
    assert_int_equal(rules->opening.exception_count, 2);
    assert_int_equal(rules->opening.exceptions[0].first, 22272);
    assert_int_equal(rules->opening.exceptions[0].last, 22274);
    assert_int_equal(rules->opening.exceptions[0].count, 0);
    assert_int_equal(rules->opening.exceptions[1].stretches[0].to, 1440);
    assert_int_equal(rules->length.min, 30);
    assert_int_equal(rules->length.max, 240);
    assert_int_equal(rules->length.step, 30);
    assert_int_equal(rules->start.step, 30);
    assert_int_equal(rules->start.anchor, 15);
    assert_int_equal(rules->setup, 5);
    assert_int_equal(rules->teardown, 10);
    assert_int_equal(rules->lead, 20);
    assert_int_equal(rules->horizon.days, 14);
    assert_int_equal(rules->horizon.opens_at, 420);
    assert_int_equal(rules->cancel_until, 1);
    assert_int_equal(rules->change_until, 2);
    assert_int_equal(rules->past, 1);
}

static void test_people_and_questions(void **state)
{
    const bk_policy_input_t *policy = policy_of(study_rooms, *state);
    const bk_policy_t *rules = &policy->rules;

    assert_string_equal(policy->name, "Study rooms");
    assert_null(policy->time_zone);
    assert_int_equal(policy->pending_expires, 24);
    assert_int_equal(policy->hold_minutes, 7);
    assert_string_equal(policy->approvers.names[0], "group:library-desk");
    assert_string_equal(policy->on_behalf.names[0], "group:desk");
    assert_int_equal(rules->people.min, 1);
    assert_int_equal(rules->people.enforce_capacity, 1);
    assert_string_equal(rules->see.names[0], "everyone");
    assert_int_equal(rules->book.count, 2);
    assert_string_equal(rules->book.names[1], "group:staff");
    assert_string_equal(rules->request.names[0], "group:guests");
    assert_string_equal(rules->override.names[0], "group:facilities");
    assert_string_equal(rules->series.by.names[0], "group:staff");
    assert_int_equal(rules->series.max, 60);
    assert_int_equal(rules->series.weeks, 52);
    assert_int_equal(rules->privacy_count, 2);
    assert_string_equal(rules->privacy[1].who, "group:staff");
    assert_int_equal(rules->privacy[1].detail, BK_DETAIL_TITLE);
    assert_int_equal(rules->field_count, 2);
    assert_string_equal(rules->fields[0].key, "purpose");
    assert_int_equal(rules->fields[0].required, 1);
    assert_string_equal(rules->fields[0].choices[2], "meeting");
    assert_int_equal(rules->fields[1].required, 0);
    assert_null(rules->fields[1].choices);
    assert_string_equal(rules->terms, "2030-01");
}

static void test_quotas(void **state)
{
    const bk_policy_input_t *policy = policy_of(study_rooms, *state);

    assert_int_equal(policy->quota_count, 2);
    assert_string_equal(policy->quotas[0].id, "week");
    assert_int_equal(policy->quotas[0].per, BK_QUOTA_WEEK);
    assert_int_equal(policy->quotas[0].minutes, 600);
    assert_int_equal(policy->quotas[0].count, 0);
    assert_int_equal(policy->quotas[0].over, BK_QUOTA_OVER_POLICY);
    assert_int_equal(policy->quotas[1].per, BK_QUOTA_FUTURE);
    assert_int_equal(policy->quotas[1].count, 3);
    assert_int_equal(policy->quotas[1].over, BK_QUOTA_OVER_ALL);
}

/* A policy that says nothing forbids nothing. */
static void test_what_was_not_said(void **state)
{
    static const char *const texts[] = {
        "{\"name\":\"x\"}",
        "{\"name\":\"x\",\"length\":null,\"start\":null,\"horizon\":null,\"people\":null,"
        "\"series\":null,\"terms\":null}"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        const bk_policy_input_t *policy = policy_of(texts[i], *state);
        const bk_policy_t *rules = &policy->rules;

        assert_null(rules->opening.weekly);
        assert_int_equal(rules->opening.exception_count, 0);
        assert_int_equal(rules->horizon.days, -1);
        assert_int_equal(rules->length.max + rules->start.step + rules->people.min, 0);
        assert_string_equal(rules->see.names[0], "everyone");
        assert_string_equal(rules->book.names[0], "everyone");
        assert_int_equal(rules->request.count + rules->override.count, 0);
        assert_int_equal(rules->series.by.count, 0);
        assert_int_equal(policy->approvers.count + policy->on_behalf.count, 0);
        assert_int_equal(policy->quota_count, 0);
        assert_int_equal(policy->pending_expires, 48);
        assert_null(rules->terms);
    }
}

/* Nobody, and never, can be said. */
static void test_empty_lists(void **state)
{
    const bk_policy_input_t *policy = policy_of(
        "{\"name\":\"x\",\"hours\":[],\"see\":[],\"book\":[],\"horizon\":{\"days\":0}}", *state);

    assert_non_null(policy->rules.opening.weekly);
    assert_int_equal(policy->rules.opening.weekly_count, 0);
    assert_int_equal(policy->rules.see.count + policy->rules.book.count, 0);
    assert_int_equal(policy->rules.horizon.days, 0);
}

static void test_faults(void **state)
{
    static const struct {
        const char *members, *faults;
    } rows[] = {
        {"\"Name\":1", "/Name unknown-member"},
        {"\"hours\":[{\"from\":\"08:00\",\"to\":\"9\"}]",
         "/hours/0/to bad-time, /hours/0/days missing-member"},
        {"\"hours\":[{\"days\":[],\"from\":\"08:00\",\"to\":\"09:00\"}]",
         "/hours/0/days bad-value"},
        {"\"exceptions\":[{\"from\":\"2030-12-26\",\"to\":\"2030-12-24\",\"hours\":[]}]",
         "/exceptions/0/to bad-value"},
        {"\"length\":{\"min\":60,\"max\":30}", "/length/max bad-value"},
        {"\"length\":{\"min\":60}", ""},
        {"\"see\":[\"group:a\",\"staff\",\"group:\",\"user:\",\"user:1\"]",
         "/see/1 bad-value, /see/2 bad-value, /see/3 bad-value"},
        {"\"series\":{\"by\":[\"me\"],\"max\":0}", "/series/max bad-value"},
        {"\"series\":{\"by\":[\"me\"]}", "/series/by/0 bad-value"},
        {"\"privacy\":{\"others\":\"owner\",\"everyone\":\"full\",\"staff\":\"full\"}",
         "/privacy/staff bad-value"},
        {"\"privacy\":{\"others\":\"all\"}", "/privacy/others bad-value"},
        {"\"fields\":[{\"key\":\"a\",\"type\":\"choice\"}]", "/fields/0/choices bad-value"},
        {"\"fields\":[{\"key\":\"a\",\"choices\":[\"x\"]}]", "/fields/0/choices bad-value"},
        {"\"fields\":[{\"key\":\"a\"},{\"key\":\"b\"},{\"key\":\"a\"}]", "/fields/2/key bad-value"},
        {"\"quota\":[{\"id\":\"a\",\"per\":\"day\"}]", "/quota/0/count bad-value"},
        {"\"quota\":[{\"id\":\"a\",\"per\":\"term\",\"count\":1}]", "/quota/0/per bad-value"},
        {"\"quota\":[{\"id\":\"a\",\"per\":\"day\",\"count\":1},"
         "{\"id\":\"a\",\"per\":\"week\",\"count\":1}]",
         "/quota/1/id bad-value"},
        {"\"checkIn\":{},\"waiting\":true", "/checkIn bad-value, /waiting bad-value"},
        {"\"lead\":-1,\"setup\":1441,\"terms\":{\"url\":\"x\"}",
         "/lead bad-value, /setup bad-value, /terms/version missing-member"},
        {"\"length\":{\"min\":60,\"max\":30},\"see\":[\"x\"]",
         "/length/max bad-value, /see/0 bad-value"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *text = apr_pstrcat(*state, "{\"name\":\"x\",", rows[i].members, "}", NULL);
        bk_faults_t faults;
        const bk_policy_input_t *policy;

        bk_fault_none(&faults, *state);
        policy = bk_policy_input_read(json_read(text, *state), &faults, *state);
        assert_that(strcmp(faults_text(&faults, *state), rows[i].faults) == 0, "%s: %s", text,
                    faults_text(&faults, *state));
        assert_int_equal(policy == NULL, *rows[i].faults != '\0');
    }
}

/* What was read is what bookings are held against. */
static void test_a_booking_is_held_against_it(void **state)
{
    static const char *const students[] = {"students"};
    const bk_policy_t *rules = &policy_of(study_rooms, *state)->rules;
    bk_person_t ann = {"7", students, 1, 0};
    apr_array_header_t *broken;
    bk_zone_cache_t *cache;
    bk_wish_t wish = {0};
    const char *names = "";
    int i;

    assert_int_equal(bk_zone_cache_make(&cache, *state), APR_SUCCESS);
    assert_int_equal(bk_zone_open(&wish.zone, cache, "Europe/Helsinki"), APR_SUCCESS);
    wish.now_ns = INT64_C(1904972400000000000);            /* 2030-05-14T10:00+03:00 */
    wish.start_ns = wish.now_ns + INT64_C(46800000000000); /* 23:00 */
    wish.end_ns = wish.start_ns + INT64_C(18000000000000); /* five hours */
    wish.people = 4;
    assert_int_equal(bk_policy_decide(rules, &wish, &ann, &broken, *state), BK_VERDICT_REFUSE);
    for (i = 0; i < broken->nelts; i++) {
        names =
            apr_pstrcat(*state, names, " ",
                        bk_policy_rule_name(APR_ARRAY_IDX(broken, i, bk_violation_t).rule), NULL);
    }
    assert_string_equal(names, " hours length.max start.step field-required terms-not-accepted");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_people_and_questions),
        cmocka_unit_test(test_quotas),
        cmocka_unit_test(test_what_was_not_said),
        cmocka_unit_test(test_empty_lists),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_a_booking_is_held_against_it),
    };

    return cmocka_run_group_tests_name("bk_policy_input", tests, unit_pool_open, unit_pool_close);
}
