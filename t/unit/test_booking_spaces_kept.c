#include "booking_spaces_kept.h"

#include <apr_strings.h>

#include "unit.h"

static void (*begin_child)(apr_pool_t *p, server_rec *s);

/* In place of httpd. */
void ap_hook_child_init(void (*hook)(apr_pool_t *p, server_rec *s), const char *const *before,
                        const char *const *after, int order);
void ap_hook_child_init(void (*hook)(apr_pool_t *p, server_rec *s), const char *const *before,
                        const char *const *after, int order)
{
    begin_child = hook;
}

static int open_child(void **state)
{
    int rv = unit_pool_open(state);

    booking_spaces_kept_register(*state);
    begin_child(*state, NULL);
    return rv;
}

/* In place of the reader: each text is a page, which names itself as the next one. */
const char *booking_spaces_read(const bk_json_t *body, booking_spaces_page_t *page, request_rec *r,
                                apr_pool_t *p)
{
    return bk_json_string(body, "id", &page->next, NULL) == BK_JSON_OK ? NULL : "it has no id";
}

/* As the space service writes the only space that is asked for. */
static const char *answer(const char *id, const char *title, apr_pool_t *p)
{
    return apr_pstrcat(p, "{\"id\":\"", id, "\",\"title\":\"", title, "\"}", NULL);
}

static void learn(const char *text)
{
    booking_spaces_kept_learn(text, strlen(text));
}

static const booking_spaces_page_t *recall(const char *text, apr_pool_t *p)
{
    return booking_spaces_kept_recall(text, strlen(text), p);
}

static void test_a_text_that_was_learnt_is_known(void **state)
{
    const char *text = answer("Hall-1", "", *state), *other = answer("Hall-1", "x", *state);

    assert_null(recall(text, *state));
    learn(text);
    assert_string_equal(recall(text, *state)->next, "Hall-1");
    assert_null(recall(other, *state));
    learn(other);
    assert_string_equal(recall(other, *state)->next, "Hall-1");
}

static void test_what_is_no_page_is_not_learnt(void **state)
{
    const char *const texts[] = {"", "{", "{}"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        learn(texts[i]);
        assert_null(recall(texts[i], *state));
    }
}

/* Ids of a house's spaces are alike: they must not take each other's places. */
static void test_all_spaces_of_a_house_are_known(void **state)
{
    static const char *const buildings[] = {"", "A", "Bench", "Conference Centre"};
    enum { SPACES = 200 };
    const char *texts[SPACES];
    unsigned int building;
    int i, known;

    for (building = 0; building < UNIT_ROWS(buildings); building++) {
        for (i = 0; i < SPACES; i++) {
            const char *id = apr_psprintf(*state, "%s-%d", buildings[building], i);

            texts[i] = answer(id, "", *state);
            learn(texts[i]);
        }
        for (i = known = 0; i < SPACES; i++) {
            known += recall(texts[i], *state) != NULL;
        }
        assert_that(known == SPACES, "of %d spaces of building '%s' only %d are known", SPACES,
                    buildings[building], known);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_that_was_learnt_is_known),
        cmocka_unit_test(test_what_is_no_page_is_not_learnt),
        cmocka_unit_test(test_all_spaces_of_a_house_are_known),
    };

    return cmocka_run_group_tests_name("booking_spaces_kept", tests, open_child, unit_pool_close);
}
