#include "booking_spaces_read.h"

#include <apr_hash.h>
#include <apr_strings.h>

#include "bk_zones.h"
#include "booking_private.h"

/* The context of reading a page. */
typedef struct reading_t {
    apr_hash_t *policies; /* by id: bk_policy_input_t; &closed: it cannot be read */
    apr_pool_t *p;
    request_rec *r; /* for its log; NULL: what is wrong was logged before */
} reading_t;

/* In place of a policy that cannot be read: nobody may book. */
static const bk_policy_input_t closed = {.name = "",
                                         .rules = {.managers_obey = 1, .horizon.days = -1}};

/* ---- policies -----------------------------------------------------------------------------------
 */

/* @return &closed, and its cause is logged, if it cannot be read */
static const bk_policy_input_t *read_policy(const reading_t *reading, const bk_json_t *object,
                                            const char *id)
{
    const bk_policy_input_t *policy;
    bk_faults_t faults;

    bk_fault_none(&faults, reading->p);
    policy = bk_policy_input_read(object, &faults, reading->p);
    if (policy) {
        return policy;
    }
    if (reading->r) {
        ap_log_rerror(BK_MARK, APLOG_ERR, 0, reading->r, "BK0550: policy %s cannot be read: %s %s",
                      id, bk_fault_at(&faults, 0)->pointer, bk_fault_at(&faults, 0)->detail);
    }
    return &closed;
}

static const char *read_policies(reading_t *reading, const bk_json_t *body)
{
    const bk_json_value_t *list = bk_json_member(body, "policies");
    apr_size_t i;

    if (!list || list->kind != BK_JSON_ARRAY) {
        return "its answer has no list of policies";
    }
    for (i = 0; i < list->nested->count; i++) {
        const bk_json_value_t *one = &list->nested->members[i];
        const char *id;

        if (one->kind != BK_JSON_OBJECT ||
            bk_json_string(one->nested, "id", &id, NULL) != BK_JSON_OK) {
            return "a policy of its answer has no id";
        }
        apr_hash_set(reading->policies, id, APR_HASH_KEY_STRING,
                     read_policy(reading, one->nested, id));
    }
    return NULL;
}

/* ---- spaces -------------------------------------------------------------------------------------
 */

/* Read a member that is a text or null. @return 0: it is something else */
static int read_text(const bk_json_t *object, const char *name, const char **text)
{
    const bk_json_value_t *member = bk_json_member(object, name);

    *text = member && member->kind == BK_JSON_TEXT ? member->text : NULL;
    return member && (member->kind == BK_JSON_TEXT || member->kind == BK_JSON_NULL);
}

/* Read an hour. @return 0: the member is none, and not null */
static int read_time(const bk_json_t *object, const char *name, const bk_time_t **time,
                     apr_pool_t *p)
{
    const char *text;
    bk_time_t *read;

    *time = NULL;
    if (!read_text(object, name, &text) || !text) {
        return !text;
    }
    read = apr_palloc(p, sizeof(*read));
    *time = read;
    return bk_time_parse(text, read);
}

/* A zone that this host does not know is a fault of that one space: its times are shown in UTC, and
 * it cannot be booked. */
static void open_zones(const reading_t *reading, booking_space_t *space, const char *name)
{
    const char *of_policy = space->rules ? space->rules->time_zone : NULL;
    const char *unknown = NULL;

    if (bk_zones_open(&space->zone, name) != APR_SUCCESS) {
        unknown = name;
        (void)bk_zones_open(&space->zone, "UTC");
    }
    space->rules_zone = space->zone;
    if (of_policy && bk_zones_open(&space->rules_zone, of_policy) != APR_SUCCESS) {
        unknown = of_policy;
        space->rules_zone = space->zone;
    }
    if (unknown && reading->r) {
        ap_log_rerror(BK_MARK, APLOG_ERR, 0, reading->r,
                      "BK0551: space %s cannot be booked: this host knows no time zone %s",
                      space->id, unknown);
    }
    if (unknown) {
        space->policy = space->policy ? space->policy : "";
        space->rules = &closed;
    }
}

static const bk_policy_input_t *find_policy(const reading_t *reading, const booking_space_t *space)
{
    const bk_policy_input_t *policy;

    if (!space->policy) {
        return NULL;
    }
    policy = apr_hash_get(reading->policies, space->policy, APR_HASH_KEY_STRING);
    return policy ? policy : &closed;
}

static const char *read_space(const reading_t *reading, const bk_json_t *object,
                              booking_space_t *space)
{
    apr_pool_t *p = reading->p;
    const char *zone, *state;

    if (bk_json_string(object, "id", &space->id, NULL) != BK_JSON_OK ||
        bk_json_string(object, "name", &space->name, NULL) != BK_JSON_OK ||
        bk_json_string(object, "timeZone", &zone, NULL) != BK_JSON_OK ||
        bk_json_string(object, "state", &state, NULL) != BK_JSON_OK ||
        !read_text(object, "building", &space->building) ||
        !read_text(object, "floor", &space->floor) ||
        !read_text(object, "policy", &space->policy) ||
        !read_time(object, "openTime", &space->open, p) ||
        !read_time(object, "closeTime", &space->close, p) ||
        bk_json_int(object, "capacity", &space->capacity) == BK_JSON_WRONG || space->capacity < 0 ||
        !bk_json_texts(bk_json_member(object, "features"), &space->features, &space->feature_count,
                       p) ||
        !bk_json_texts(bk_json_member(object, "managers"), &space->managers.names,
                       &space->managers.count, p)) {
        return "a space of its answer cannot be read";
    }
    space->is_archived = strcmp(state, "active") != 0;
    space->rules = find_policy(reading, space);
    open_zones(reading, space, zone);
    return NULL;
}

static const char *read_spaces(const reading_t *reading, const bk_json_t *body,
                               booking_spaces_page_t *page)
{
    const bk_json_value_t *list = bk_json_member(body, "items");
    const char *wrong = NULL;
    apr_size_t i;

    if (!list || list->kind != BK_JSON_ARRAY) {
        return "its answer has no list of spaces";
    }
    page->spaces =
        apr_array_make(reading->p, (int)list->nested->count + 1, sizeof(const booking_space_t *));
    for (i = 0; i < list->nested->count && !wrong; i++) {
        const bk_json_value_t *one = &list->nested->members[i];
        booking_space_t *space = apr_pcalloc(reading->p, sizeof(*space));

        wrong = one->kind == BK_JSON_OBJECT ? read_space(reading, one->nested, space)
                                            : "a space of its answer is no object";
        APR_ARRAY_PUSH(page->spaces, const booking_space_t *) = space;
    }
    return wrong;
}

const char *booking_spaces_read(const bk_json_t *body, booking_spaces_page_t *page, request_rec *r,
                                apr_pool_t *p)
{
    reading_t reading = {.policies = apr_hash_make(p), .p = p, .r = r};
    const char *wrong = read_policies(&reading, body);

    if (wrong) {
        return wrong;
    }
    return read_text(body, "next", &page->next) ? read_spaces(&reading, body, page)
                                                : "its answer does not say whether there is more";
}
