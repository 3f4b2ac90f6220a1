#include "space_v1_input.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_json_alone.h"
#include "bk_space_id.h"
#include "bk_text.h"
#include "bk_zones.h"
#include "space_v1_derive.h"
#include "space_v1_json.h"

#define ATTRIBUTES 32
#define ATTRIBUTE_NAME 64
#define USUAL_ZONE "UTC"

/* ---- the tables ---------------------------------------------------------------------------------
 */

static const char *const states[] = {"active", "archived", NULL};

#define TEXT(most_) BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, most_)
#define NUMBER .kind = BK_INPUT_INT, .flags = BK_INPUT_NULLABLE, .min = 0, .max = 1000000

/* clang-format off */
#define MEMBERS                                                                                    \
    {.name = "building", TEXT(100)},                                                               \
    {.name = "floor", TEXT(50)},                                                                   \
    {.name = "room", TEXT(50)},                                                                    \
    {.name = "description", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE | BK_INPUT_LINES,    \
     .min = 0, .max = 4000},                                                                       \
    {.name = "capacity", NUMBER},                                                                  \
    {.name = "timeZone", TEXT(63)},                                                                \
    {.name = "features", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_LIST,                            \
     .min = 1, .max = SPACE_V1_INPUT_FEATURE, .most = SPACE_V1_INPUT_FEATURES},                    \
    {.name = "attributes", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_MAP, .min = 0, .max = 500,     \
     .most = ATTRIBUTES},                                                                          \
    {.name = "policy", .kind = BK_INPUT_ID, .flags = BK_INPUT_NULLABLE},                           \
    {.name = "managers", .kind = BK_INPUT_ID, .flags = BK_INPUT_LIST, .most = 64},                 \
    {.name = "parts", .kind = BK_INPUT_ID, .flags = BK_INPUT_LIST, .most = 100},                   \
    {.name = "state", .kind = BK_INPUT_WORD, .words = states},                                     \
    {.name = "order", NUMBER},                                                                     \
    BK_INPUT_GIVEN_BACK("reason"),                                                                 \
    BK_INPUT_GIVEN_BACK("photo"),                                                                  \
    BK_INPUT_GIVEN_BACK("createdAt"),                                                              \
    BK_INPUT_GIVEN_BACK("changedAt"),                                                              \
    BK_INPUT_GIVEN_BACK("version")
#define NAME .name = "name", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_REQUIRED, .min = 1, .max = 200

const bk_input_row_t space_v1_input_new[] = {
    {.name = "id", .kind = BK_INPUT_ID}, {NAME}, MEMBERS, {NULL}};
const bk_input_row_t space_v1_input_patch[] = {
    BK_INPUT_GIVEN_BACK("id"), {NAME}, MEMBERS, {NULL}};
/* clang-format on */

/* ---- what a table cannot say --------------------------------------------------------------------
 */

int space_v1_input_is_feature(const char *text)
{
    static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    apr_size_t len = strlen(text);

    return len <= SPACE_V1_INPUT_FEATURE && strspn(text, first) > 0 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == len;
}

static int is_manager(const char *text)
{
    return (strncmp(text, "user:", 5) == 0 && text[5]) ||
           (strncmp(text, "group:", 6) == 0 && text[6]);
}

static int is_space(const char *text)
{
    return bk_space_id_ok(text, strlen(text));
}

static int is_among(const bk_input_value_t *values, apr_size_t count, const char *text)
{
    while (count > 0 && strcmp(values[count - 1].text, text) != 0) {
        count--;
    }
    return count > 0;
}

/* Each element is right, and none is there twice. */
static void check_list(const bk_input_field_t *field, const char *name,
                       int (*is_right)(const char *text), const char *wrong, bk_faults_t *faults)
{
    bk_fault_pointer_t list = {NULL, name, 0};
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        bk_fault_pointer_t where = {&list, NULL, i};

        if (!is_right(field->values[i].text)) {
            bk_fault_add(faults, &where, BK_FAULT_BAD_VALUE, "%s", wrong);
        }
        else if (is_among(field->values, i, field->values[i].text)) {
            bk_fault_add(faults, &where, BK_FAULT_BAD_VALUE, "appears twice");
        }
    }
}

/* ---- applying -----------------------------------------------------------------------------------
 */

/* What is done with a member that was given, or is null. */
typedef struct applying_t {
    const bk_input_t *input;
    bk_faults_t *faults;
    apr_pool_t *p;
} applying_t;

static void apply_number(const applying_t *applying, const char *name, apr_int64_t *number,
                         apr_int64_t otherwise)
{
    if (bk_input_field(applying->input, name)->state != BK_INPUT_ABSENT) {
        *number = bk_input_number(applying->input, name, otherwise);
    }
}

static void apply_list(const applying_t *applying, const char *name, const char **json,
                       int (*is_right)(const char *text), const char *wrong)
{
    const bk_input_field_t *field = bk_input_field(applying->input, name);

    if (field->state != BK_INPUT_ABSENT) {
        check_list(field, name, is_right, wrong, applying->faults);
        *json = space_v1_json_list(field->values, field->count, applying->p);
    }
}

static void apply_zone(const applying_t *applying, space_v1_t *space)
{
    const bk_zone_t *zone;

    (void)bk_input_patch_text(applying->input, "timeZone", &space->time_zone, USUAL_ZONE);
    if (bk_input_value(applying->input, "timeZone") &&
        bk_zones_open(&zone, space->time_zone) != APR_SUCCESS) {
        bk_fault_add_value(applying->faults, "timeZone",
                           "is not a time zone of the IANA database, such as Europe/Helsinki");
    }
}

static const bk_input_value_t *find_key(const bk_input_field_t *field, const char *key)
{
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        if (strcmp(field->values[i].key, key) == 0) {
            return &field->values[i];
        }
    }
    return NULL;
}

static void check_key(const applying_t *applying, const char *key)
{
    bk_fault_pointer_t map = {NULL, "attributes", 0}, where = {&map, key, 0};

    if (bk_text_chars(key, strlen(key)) > ATTRIBUTE_NAME) {
        bk_fault_add(applying->faults, &where, BK_FAULT_BAD_VALUE,
                     "its name must have at most %d characters", ATTRIBUTE_NAME);
    }
}

/* Entries that the patch does not name stay (RFC 7396). */
static void apply_attributes(const applying_t *applying, space_v1_t *space)
{
    const bk_input_field_t *field = bk_input_field(applying->input, "attributes");
    const bk_json_t *old = bk_json_alone_read(space->attributes, applying->p);
    apr_size_t most = field->count + (old ? old->count : 0), count = 0, i;
    bk_input_value_t *values = apr_pcalloc(applying->p, (most + 1) * sizeof(*values));

    if (field->state == BK_INPUT_ABSENT) {
        return;
    }
    for (i = 0; old && i < old->count && field->state == BK_INPUT_GIVEN; i++) {
        if (!find_key(field, old->members[i].name)) {
            values[count].key = old->members[i].name;
            values[count++].text = old->members[i].text;
        }
    }
    for (i = 0; i < field->count; i++) {
        check_key(applying, field->values[i].key);
        if (!field->values[i].is_null) {
            values[count++] = field->values[i];
        }
    }
    if (count > ATTRIBUTES) {
        bk_fault_add_value(applying->faults, "attributes",
                           apr_psprintf(applying->p, "would be %d, and must be at most %d",
                                        (int)count, ATTRIBUTES));
    }
    space->attributes = space_v1_json_map(values, count, applying->p);
}

static void apply_state(const applying_t *applying, space_v1_t *space)
{
    int was_archived = space->is_archived;

    if (bk_input_field(applying->input, "state")->state != BK_INPUT_ABSENT) {
        space->is_archived = bk_input_number(applying->input, "state", 0) != 0;
    }
    if (was_archived && !space->is_archived) {
        space->reason = NULL;
    }
}

void space_v1_input_apply(space_v1_t *space, const bk_input_t *input, bk_faults_t *faults,
                          apr_pool_t *p)
{
    const applying_t applying = {input, faults, p};

    (void)bk_input_patch_text(applying.input, "name", &space->name, space->name);
    (void)bk_input_patch_text(applying.input, "building", &space->building_code, "");
    (void)bk_input_patch_text(applying.input, "floor", &space->floor, NULL);
    (void)bk_input_patch_text(applying.input, "room", &space->room, NULL);
    (void)bk_input_patch_text(applying.input, "description", &space->description, NULL);
    apply_number(&applying, "capacity", &space->capacity, SPACE_NO_CAPACITY);
    apply_zone(&applying, space);
    apply_list(&applying, "features", &space->features, space_v1_input_is_feature,
               "must be lower-case letters, digits, - _ or .");
    apply_attributes(&applying, space);
    (void)bk_input_patch_text(applying.input, "policy", &space->policy, NULL);
    apply_list(&applying, "managers", &space->managers, is_manager,
               "must be user:ID or group:NAME");
    apply_list(&applying, "parts", &space->parts, is_space, "is not the id of a space");
    apply_state(&applying, space);
    apply_number(&applying, "order", &space->sort_order, 0);
    if (bk_fault_count(faults) == 0 && space_v1_derive(space, p) != APR_SUCCESS) {
        bk_fault_add_value(faults, "name", "cannot be sorted");
    }
}

/* The id that the base API would make: "Library-101". */
static const char *make_id(const space_v1_t *space, apr_pool_t *p)
{
    char *id, *blank;

    if (!space->room || !*space->building_code) {
        return NULL;
    }
    id = apr_pstrcat(p, space->building_code, "-", space->room, NULL);
    for (blank = id; (blank = strchr(blank, ' ')); blank++) {
        *blank = '_';
    }
    return id;
}

static void apply_id(const applying_t *applying, space_v1_t *space)
{
    bk_fault_pointer_t where = {NULL, "id", 0};

    space->id = bk_input_text(applying->input, "id", NULL);
    if (!space->id) {
        space->id = make_id(space, applying->p);
    }
    if (!space->id) {
        bk_fault_add(applying->faults, &where, BK_FAULT_MISSING_MEMBER,
                     "is required unless building and room are given, to make it of");
    }
    else if (!is_space(space->id)) {
        bk_fault_add(applying->faults, &where, BK_FAULT_BAD_VALUE,
                     "must have 1 to %d characters, no blank and none of / ? # %% \\, and be no "
                     "name of a route",
                     BK_SPACE_ID_MOST);
    }
}

void space_v1_input_make(space_v1_t *space, const bk_input_t *input, apr_int64_t now,
                         bk_faults_t *faults, apr_pool_t *p)
{
    const applying_t applying = {input, faults, p};

    memset(space, 0, sizeof(*space));
    space->building_code = "";
    space->capacity = SPACE_NO_CAPACITY;
    space->time_zone = USUAL_ZONE;
    space->features = space->managers = space->parts = "[]";
    space->attributes = "{}";
    space->version = 1;
    space->created_ns = space->changed_ns = now;
    space_v1_input_apply(space, input, faults, p);
    apply_id(&applying, space);
}

const char *space_v1_input_of_admin(const bk_input_t *input)
{
    static const char *const names[] = {"policy", "managers", "parts", "state"};
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (bk_input_field(input, names[i])->state != BK_INPUT_ABSENT) {
            return names[i];
        }
    }
    return NULL;
}
