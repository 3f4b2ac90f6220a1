#include "unit.h"

#include <apr_strings.h>

#include "bk_policy.h"
#include "zone_fixture.h"

static const bk_zone_t *helsinki;

static int make_zone(void **state)
{
    return zone_open(state) ||
           bk_zone_open(&helsinki, zone_cache, "Europe/Helsinki") != APR_SUCCESS;
}

static const char *const students[] = {"group:students"};
static const char *const guests[] = {"group:guests", "user:77"};
static const char *const staff[] = {"group:staff"};
static const char *const facilities[] = {"group:facilities"};
static const bk_weekly_t week[] = {{0x1f, {480, 1320}}};
static const char *const purposes[] = {"lecture", "exam"};
static const bk_policy_field_t fields[] = {{"purpose", 1, purposes, 2}, {"note", 0, NULL, 0}};
static const bk_privacy_t privacy[] = {{"others", BK_DETAIL_BUSY},
                                       {"group:staff", BK_DETAIL_TITLE}};

static bk_policy_t study_rooms(void)
{
    bk_policy_t policy = {0};

    policy.opening.weekly = week;
    policy.opening.weekly_count = 1;
    policy.length.min = 30;
    policy.length.max = 240;
    policy.length.step = 30;
    policy.start.step = 30;
    policy.lead = 60;
    policy.horizon.days = 14;
    policy.horizon.opens_at = 7 * 60;
    policy.people.min = 2;
    policy.people.enforce_capacity = 1;
    policy.book = (bk_principals_t){students, 1};
    policy.request = (bk_principals_t){guests, 2};
    policy.override = (bk_principals_t){facilities, 1};
    policy.series.by = (bk_principals_t){staff, 1};
    policy.series.max = 60;
    policy.series.weeks = 52;
    policy.fields = fields;
    policy.field_count = 2;
    policy.privacy = privacy;
    policy.privacy_count = 2;
    policy.terms = "2030-01";
    return policy;
}

static const bk_policy_answer_t answers[] = {{"purpose", "exam"}};

/* A booking that keeps all of them: Tuesday, 10 to 12, asked for a day before. */
static bk_wish_t wish_of(const char *start, const char *end)
{
    bk_wish_t wish = {helsinki, zone_instant(start), zone_instant(end)};

    wish.now_ns = zone_instant("2030-05-13T12:00:00+03:00");
    wish.people = 4;
    wish.capacity = 8;
    wish.answers = answers;
    wish.answer_count = 1;
    wish.terms = "2030-01";
    return wish;
}

static bk_person_t member_of(const char *const *group)
{
    bk_person_t person = {"42", group, group ? 1 : 0, 0};

    return person;
}

static const char *const student[] = {"students"};
static const char *const guest[] = {"guests"};
static const char *const employee[] = {"staff"};
static const char *const caretaker[] = {"facilities"};

/* The names of what is broken, with limit and what was asked for, a blank between two. */
static const char *broken_of(const bk_wish_t *wish, const char *const *group, apr_pool_t *p)
{
    bk_policy_t policy = study_rooms();
    bk_person_t person = member_of(group);
    apr_array_header_t *broken;
    const char *text = "";

    bk_policy_decide(&policy, wish, &person, &broken, p);
    for (int i = 0; i < broken->nelts; i++) {
        const bk_violation_t *one = &APR_ARRAY_IDX(broken, i, bk_violation_t);

        text = apr_psprintf(p, "%s%s%s:%d:%d%s", text, i ? " " : "", bk_policy_rule_name(one->rule),
                            (int)one->limit, (int)one->got, one->field ? one->field : "");
        assert_true(*bk_policy_explain(one, p));
    }
    return text;
}

static void test_each_rule_says_what_it_allows(void **state)
{
    static const struct {
        const char *start, *end, *wanted;
    } rows[] = {
        {"2030-05-14T10:00:00+03:00", "2030-05-14T12:00:00+03:00", ""},
        {"2030-05-14T07:00:00Z", "2030-05-14T09:00:00Z", ""},
        {"2030-05-13T11:00:00+03:00", "2030-05-13T13:00:00+03:00", "past:0:0"},
        {"2030-05-13T12:00:00+03:00", "2030-05-13T13:00:00+03:00", "lead:60:0"},
        {"2030-05-13T12:30:00+03:00", "2030-05-13T13:00:00+03:00", "lead:60:30"},
        {"2030-05-13T13:00:00+03:00", "2030-05-13T14:00:00+03:00", ""},
        {"2030-05-27T10:00:00+03:00", "2030-05-27T12:00:00+03:00", ""},
        {"2030-05-28T10:00:00+03:00", "2030-05-28T12:00:00+03:00", "horizon:14:15"},
        {"2030-05-18T10:00:00+03:00", "2030-05-18T12:00:00+03:00", "closed:0:0"},
        {"2030-05-14T07:30:00+03:00", "2030-05-14T09:00:00+03:00", "hours:0:0"},
        {"2030-05-14T21:00:00+03:00", "2030-05-14T22:30:00+03:00", "hours:0:0"},
        {"2030-05-14T10:00:00+03:00", "2030-05-14T10:00:30+03:00",
         "length.min:30:0 length.step:30:1"},
        {"2030-05-14T10:00:00+03:00", "2030-05-14T14:30:00+03:00", "length.max:240:270"},
        {"2030-05-14T10:00:00+03:00", "2030-05-14T14:00:01+03:00",
         "length.max:240:241 length.step:30:241"},
        {"2030-05-14T10:00:00+03:00", "2030-05-14T10:45:00+03:00", "length.step:30:45"},
        {"2030-05-14T10:15:00+03:00", "2030-05-14T10:45:00+03:00", "start.step:30:615"},
        {"2030-05-18T10:15:00+03:00", "2030-05-18T15:00:00+03:00",
         "closed:0:0 length.max:240:285 length.step:30:285 start.step:30:615"},
    };

    for (unsigned int i = 0; i < UNIT_ROWS(rows); i++) {
        bk_wish_t wish = wish_of(rows[i].start, rows[i].end);
        const char *got = broken_of(&wish, student, *state);

        assert_that(strcmp(got, rows[i].wanted) == 0, "%s to %s: '%s', wanted '%s'", rows[i].start,
                    rows[i].end, got, rows[i].wanted);
    }
}

/* A new day opens at 7 on the space's clock. */
static void test_the_last_day_opens_at_its_hour(void **state)
{
    bk_wish_t wish = wish_of("2030-05-28T10:00:00+03:00", "2030-05-28T12:00:00+03:00");

    wish.now_ns = zone_instant("2030-05-14T06:59:59+03:00");
    assert_string_equal(broken_of(&wish, student, *state), "horizon:14:14");
    wish.now_ns = zone_instant("2030-05-14T07:00:00+03:00");
    assert_string_equal(broken_of(&wish, student, *state), "");
}

static void test_people_fields_and_terms(void **state)
{
    static const bk_policy_answer_t wrong[] = {{"purpose", "party"}, {"note", "x"}};
    bk_wish_t wish = wish_of("2030-05-14T10:00:00+03:00", "2030-05-14T12:00:00+03:00");

    wish.people = 1;
    assert_string_equal(broken_of(&wish, student, *state), "people.min:2:1");
    wish.people = 9;
    assert_string_equal(broken_of(&wish, student, *state), "capacity:8:9");
    wish.capacity = 0;
    assert_string_equal(broken_of(&wish, student, *state), "");
    wish.answers = wrong;
    wish.answer_count = 2;
    wish.terms = "2029-01";
    assert_string_equal(broken_of(&wish, student, *state),
                        "field-required:0:0purpose terms-not-accepted:0:0");
    wish.answer_count = 0;
    wish.terms = NULL;
    assert_string_equal(broken_of(&wish, student, *state),
                        "field-required:0:0purpose terms-not-accepted:0:0");
}

static void test_a_series_is_for_whom_the_policy_names(void **state)
{
    bk_wish_t wish = wish_of("2030-05-14T10:00:00+03:00", "2030-05-14T12:00:00+03:00");

    wish.occurrences = 10;
    wish.weeks = 10;
    assert_string_equal(broken_of(&wish, student, *state), "series-not-allowed:0:10");
    assert_string_equal(broken_of(&wish, employee, *state), "not-bookable-by-you:0:0");
    wish.occurrences = 61;
    assert_string_equal(broken_of(&wish, employee, *state),
                        "not-bookable-by-you:0:0 series-not-allowed:60:61");
    wish.occurrences = 60;
    wish.weeks = 53;
    assert_string_equal(broken_of(&wish, employee, *state),
                        "not-bookable-by-you:0:0 series-not-allowed:52:53");
}

static void test_who_books_who_asks_and_who_overrides(void **state)
{
    bk_policy_t policy = study_rooms();
    bk_person_t person = member_of(student);
    bk_wish_t kept = wish_of("2030-05-14T10:00:00+03:00", "2030-05-14T12:00:00+03:00");
    bk_wish_t broken = wish_of("2030-05-18T10:00:00+03:00", "2030-05-18T12:00:00+03:00");
    apr_array_header_t *list;

#define DECIDE(wish) bk_policy_decide(&policy, &(wish), &person, &list, *state)
    assert_int_equal(DECIDE(kept), BK_VERDICT_BOOK);
    assert_int_equal(DECIDE(broken), BK_VERDICT_REFUSE);
    person = member_of(guest);
    assert_int_equal(DECIDE(kept), BK_VERDICT_REQUEST);
    assert_int_equal(DECIDE(broken), BK_VERDICT_REFUSE);
    person = member_of(NULL);
    assert_int_equal(DECIDE(kept), BK_VERDICT_REFUSE);
    person.id = "77";
    assert_int_equal(DECIDE(kept), BK_VERDICT_REQUEST);
    person.id = "777";
    assert_int_equal(DECIDE(kept), BK_VERDICT_REFUSE);
    person = member_of(caretaker);
    assert_int_equal(DECIDE(broken), BK_VERDICT_BOOK);
    assert_int_equal(list->nelts, 2);
    person = member_of(NULL);
    person.manages = 1;
    assert_int_equal(DECIDE(broken), BK_VERDICT_BOOK);
    policy.managers_obey = 1;
    assert_int_equal(DECIDE(broken), BK_VERDICT_REFUSE);
    policy.managers_obey = 0;
    broken.people = 9;
    assert_int_equal(DECIDE(broken), BK_VERDICT_REFUSE);
    assert_int_equal(APR_ARRAY_IDX(list, list->nelts - 1, bk_violation_t).rule, BK_RULE_CAPACITY);
}

static void test_what_others_see(void **state)
{
    bk_policy_t policy = study_rooms();
    bk_person_t person = member_of(student);

    assert_int_equal(bk_policy_detail(&policy, &person), BK_DETAIL_BUSY);
    person = member_of(employee);
    assert_int_equal(bk_policy_detail(&policy, &person), BK_DETAIL_TITLE);
    person.manages = 1;
    assert_int_equal(bk_policy_detail(&policy, &person), BK_DETAIL_FULL);
}

/* Four hours that pass, over a night in which the clock shows three or five. */
static void test_length_is_time_that_passes_and_steps_are_the_clocks(void **state)
{
    static const bk_weekly_t always[] = {{0x7f, {0, 1440}}};
    static const char *const everyone[] = {"everyone"};
    bk_policy_t policy = {0};
    bk_person_t person = member_of(NULL);
    apr_array_header_t *broken;
    bk_wish_t spring = wish_of("2024-03-31T01:00:00+02:00", "2024-03-31T06:00:00+03:00");
    bk_wish_t autumn = wish_of("2024-10-27T01:00:00+03:00", "2024-10-27T04:30:00+02:00");

    policy.opening.weekly = always;
    policy.opening.weekly_count = 1;
    policy.length.max = 240;
    policy.start.step = 60;
    policy.horizon.days = -1;
    policy.book = (bk_principals_t){everyone, 1};
    spring.now_ns = autumn.now_ns = zone_instant("2024-01-01T00:00:00Z");
    assert_int_equal(bk_policy_decide(&policy, &spring, &person, &broken, *state), BK_VERDICT_BOOK);
    assert_int_equal(bk_policy_decide(&policy, &autumn, &person, &broken, *state),
                     BK_VERDICT_REFUSE);
    assert_int_equal(APR_ARRAY_IDX(broken, 0, bk_violation_t).got, 270);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_rule_says_what_it_allows),
        cmocka_unit_test(test_the_last_day_opens_at_its_hour),
        cmocka_unit_test(test_people_fields_and_terms),
        cmocka_unit_test(test_a_series_is_for_whom_the_policy_names),
        cmocka_unit_test(test_who_books_who_asks_and_who_overrides),
        cmocka_unit_test(test_what_others_see),
        cmocka_unit_test(test_length_is_time_that_passes_and_steps_are_the_clocks),
    };

    return cmocka_run_group_tests_name("policy", tests, make_zone, unit_pool_close);
}
