#include "booking_v1_input.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_recurrence_input.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_v1_columns.h"

#define ATTRIBUTES 32
#define ATTRIBUTE_NAME 64
#define YEAR_1678 (-106650 * BK_TIME_DAY) /* its first moment */
#define YEAR_2262 (106651 * BK_TIME_DAY)
#define WRONG_YEAR "must be in the years from 1678 to 2261, by the clock of the space"
#define TIME_DOES_NOT_EXIST "time-does-not-exist" /* the code of bk_problem_time_does_not_exist */

/* ---- the tables ---------------------------------------------------------------------------------
 */

static const bk_input_row_t participant_rows[] = {
    {.name = "user", .kind = BK_INPUT_ID},
    {.name = "email", BK_INPUT_TEXT_OF(0, 254)},
    {.name = "name", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, 200)},
    {NULL}};
static const bk_input_row_t owner_rows[] = {
    {.name = "id", .kind = BK_INPUT_ID, .flags = BK_INPUT_REQUIRED},
    BK_INPUT_GIVEN_BACK("name"),
    {NULL}};

static const char *const modes[] = {"all", "free", NULL};

/* clang-format off */
#define MEMBERS                                                                                    \
    {.name = "title", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE, .min = 0, .max = 200},    \
    {.name = "notes", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE | BK_INPUT_LINES,          \
     .min = 0, .max = 4000},                                                                       \
    {.name = "people", .kind = BK_INPUT_INT, .min = 1, .max = 1000000},                            \
    {.name = "participants", .kind = BK_INPUT_OBJECT, .flags = BK_INPUT_LIST, .most = 100,         \
     .rows = participant_rows},                                                                    \
    {.name = "private", .kind = BK_INPUT_BOOL},                                                    \
    {.name = "attributes", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_MAP, .min = 0, .max = 500,     \
     .most = ATTRIBUTES}

const bk_input_row_t booking_v1_input_new[] = {
    {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REQUIRED},
    {.name = "start", .kind = BK_INPUT_MOMENT, .flags = BK_INPUT_REQUIRED},
    {.name = "end", .kind = BK_INPUT_MOMENT},
    MEMBERS,
    {.name = "minutes", .kind = BK_INPUT_INT, .min = 1, .max = 527040},
    {.name = "for", .kind = BK_INPUT_ID, .flags = BK_INPUT_NULLABLE},
    {.name = "group", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, 128)},
    {.name = "acceptTerms", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, 200)},
    {NULL}};

const bk_input_row_t booking_v1_input_series[] = {
    {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REQUIRED},
    {.name = "start", .kind = BK_INPUT_MOMENT, .flags = BK_INPUT_REQUIRED},
    {.name = "minutes", .kind = BK_INPUT_INT, .flags = BK_INPUT_REQUIRED, .min = 1, .max = 527040},
    BK_RECURRENCE_INPUT_ROW("rule", BK_INPUT_REQUIRED),
    {.name = "except", .kind = BK_INPUT_DATE, .flags = BK_INPUT_LIST, .most = BK_RECURRENCE_MOST},
    {.name = "mode", .kind = BK_INPUT_WORD, .words = modes},
    {.name = "minShare", .kind = BK_INPUT_INT, .min = 1, .max = 100},
    MEMBERS,
    {.name = "for", .kind = BK_INPUT_ID, .flags = BK_INPUT_NULLABLE},
    {.name = "group", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, 128)},
    {.name = "acceptTerms", BK_INPUT_TEXT_OF(BK_INPUT_NULLABLE, 200)},
    {NULL}};

const bk_input_row_t booking_v1_input_patch[] = {
    {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REQUIRED},
    {.name = "start", .kind = BK_INPUT_MOMENT, .flags = BK_INPUT_REQUIRED},
    {.name = "end", .kind = BK_INPUT_MOMENT, .flags = BK_INPUT_REQUIRED},
    MEMBERS,
    {.name = "owner", .kind = BK_INPUT_OBJECT, .flags = BK_INPUT_OR_TEXT | BK_INPUT_REQUIRED,
     .min = 1, .max = BK_INPUT_ID_MOST, .rows = owner_rows},
    BK_INPUT_GIVEN_BACK("id"), BK_INPUT_GIVEN_BACK("timeZone"), BK_INPUT_GIVEN_BACK("state"),
    BK_INPUT_GIVEN_BACK("createdBy"), BK_INPUT_GIVEN_BACK("group"), BK_INPUT_GIVEN_BACK("series"),
    BK_INPUT_GIVEN_BACK("occurrence"), BK_INPUT_GIVEN_BACK("checkIn"), BK_INPUT_GIVEN_BACK("setup"),
    BK_INPUT_GIVEN_BACK("teardown"), BK_INPUT_GIVEN_BACK("expiresAt"),
    BK_INPUT_GIVEN_BACK("reason"), BK_INPUT_GIVEN_BACK("suggest"), BK_INPUT_GIVEN_BACK("external"),
    BK_INPUT_GIVEN_BACK("createdAt"), BK_INPUT_GIVEN_BACK("changedAt"),
    BK_INPUT_GIVEN_BACK("version"), BK_INPUT_GIVEN_BACK("may"),
    {NULL}};
/* clang-format on */

const bk_input_row_t booking_v1_input_cancellation[] = {
    {.name = "reason",
     .kind = BK_INPUT_TEXT,
     .flags = BK_INPUT_NULLABLE | BK_INPUT_LINES,
     .min = 0,
     .max = 500},
    {.name = "notify", .kind = BK_INPUT_BOOL},
    {NULL}};

const bk_input_row_t booking_v1_input_dry_run[] = {{.name = "dryRun", .kind = BK_INPUT_BOOL},
                                                   {NULL}};

static void add_fault(bk_faults_t *faults, const char *name, const char *code, const char *what)
{
    bk_fault_pointer_t where = {NULL, name, 0};

    bk_fault_add(faults, &where, code, "%s", what);
}

/* ---- times --------------------------------------------------------------------------------------
 */

/* An hour that the clock shows twice means its first pass. */
static void read_moment(apr_int64_t *ns, const bk_input_t *input, const char *name,
                        const bk_zone_t *zone, bk_faults_t *faults)
{
    const bk_input_value_t *value = bk_input_value(input, name);

    if (!value) {
        return;
    }
    *ns = value->number;
    if (value->is_wall && bk_zone_instant(zone, value->number, ns) == BK_ZONE_NEVER) {
        add_fault(faults, name, TIME_DOES_NOT_EXIST, BK_ZONE_NEVER_TEXT);
    }
}

static apr_int64_t minutes_of(const bk_input_t *input)
{
    return bk_input_row(input->rows, "minutes") < 0 ? 0 : bk_input_number(input, "minutes", 0);
}

static void read_end(booking_v1_t *row, const bk_input_t *input, int is_new, const bk_zone_t *zone,
                     bk_faults_t *faults)
{
    apr_int64_t minutes = minutes_of(input);

    if (!minutes) {
        read_moment(&row->end_ns, input, "end", zone, faults);
        if (is_new && !bk_input_value(input, "end")) {
            add_fault(faults, "end", BK_FAULT_MISSING_MEMBER, "end or minutes is required");
        }
    }
    else if (bk_input_value(input, "end")) {
        add_fault(faults, "minutes", BK_FAULT_BAD_VALUE, "end and minutes cannot both be given");
    }
    else if (__builtin_add_overflow(row->start_ns, minutes * BK_TIME_MINUTE, &row->end_ns)) {
        add_fault(faults, "minutes", BK_FAULT_BAD_VALUE, "the end would be after the year 2261");
    }
}

/* Whether an instant can be sent as it is shown, by the clock of the space: those of other years
 * cannot (bk_time.h). */
static int is_in_years(const bk_zone_t *zone, apr_int64_t ns)
{
    apr_int64_t wall = bk_zone_wall(zone, ns);

    return wall >= YEAR_1678 && wall < YEAR_2262;
}

/* An offset, or a length, may lead from a year that can be sent to one that cannot. */
static void check_years(const booking_v1_t *row, const bk_input_t *input, const bk_zone_t *zone,
                        bk_faults_t *faults)
{
    int is_long = minutes_of(input) != 0;

    if (bk_input_value(input, "start") && !is_in_years(zone, row->start_ns)) {
        add_fault(faults, "start", BK_FAULT_BAD_VALUE, WRONG_YEAR);
    }
    else if ((is_long || bk_input_value(input, "end")) && !is_in_years(zone, row->end_ns)) {
        add_fault(faults, is_long ? "minutes" : "end", BK_FAULT_BAD_VALUE,
                  is_long ? "the end would be after the year 2261" : WRONG_YEAR);
    }
}

void booking_v1_input_times(booking_v1_t *row, const bk_input_t *input, int is_new,
                            const bk_zone_t *zone, bk_faults_t *faults, apr_pool_t *p)
{
    int before = bk_fault_count(faults);

    read_moment(&row->start_ns, input, "start", zone, faults);
    read_end(row, input, is_new, zone, faults);
    if (bk_fault_count(faults) > before) {
        return;
    }
    check_years(row, input, zone, faults);
    if (row->end_ns <= row->start_ns) {
        add_fault(faults, bk_input_value(input, "end") ? "end" : "start", BK_FAULT_BAD_VALUE,
                  "a booking must end after its start");
    }
    row->date = apr_pstrndup(p, bk_zone_format(zone, row->start_ns, p), strlen("YYYY-MM-DD"));
}

/* ---- the rest -----------------------------------------------------------------------------------
 */

/* An empty text is none. */
static void read_text(const char **text, const bk_input_t *input, const char *name)
{
    if (bk_input_field(input, name)->state != BK_INPUT_ABSENT) {
        const char *value = bk_input_text(input, name, NULL);

        *text = value && *value ? value : NULL;
    }
}

static void check_keys(const bk_input_field_t *field, bk_faults_t *faults)
{
    bk_fault_pointer_t map = {NULL, "attributes", 0};
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        const char *key = field->values[i].key;
        bk_fault_pointer_t where = {&map, key, 0};

        if (bk_text_chars(key, strlen(key)) > ATTRIBUTE_NAME) {
            bk_fault_add(faults, &where, BK_FAULT_BAD_VALUE,
                         "its name must have at most %d characters", ATTRIBUTE_NAME);
        }
    }
}

static void read_attributes(booking_v1_t *row, const bk_input_t *input, bk_faults_t *faults,
                            apr_pool_t *p)
{
    const bk_input_field_t *field = bk_input_field(input, "attributes");
    apr_size_t count;

    if (field->state == BK_INPUT_ABSENT) {
        return;
    }
    check_keys(field, faults);
    row->attributes = booking_v1_columns_merge(row->attributes, field, &count, p);
    if (count > ATTRIBUTES) {
        add_fault(faults, "attributes", BK_FAULT_BAD_VALUE,
                  apr_psprintf(p, "would be %d, and must be at most %d", (int)count, ATTRIBUTES));
    }
}

/* Each is a user, or has an address. */
static void read_participants(booking_v1_t *row, const bk_input_t *input, bk_faults_t *faults,
                              apr_pool_t *p)
{
    const bk_input_field_t *field = bk_input_field(input, "participants");
    bk_fault_pointer_t list = {NULL, "participants", 0};
    apr_size_t i;
    apr_int64_t id;

    if (field->state == BK_INPUT_ABSENT) {
        return;
    }
    for (i = 0; i < field->count; i++) {
        const bk_input_t *one = field->values[i].object;
        const char *user = bk_input_text(one, "user", NULL);
        bk_fault_pointer_t where = {&list, NULL, i};

        if (user ? !bk_text_id(user, &id) : !bk_input_value(one, "email")) {
            bk_fault_add(faults, &where, BK_FAULT_BAD_VALUE,
                         "must have user, the id of a user, or email");
        }
    }
    row->participants = booking_v1_columns_participants(field, p);
}

void booking_v1_input_rest(booking_v1_t *row, const bk_input_t *input, bk_faults_t *faults,
                           apr_pool_t *p)
{
    read_text(&row->title, input, "title");
    read_text(&row->notes, input, "notes");
    if (bk_input_field(input, "people")->state != BK_INPUT_ABSENT) {
        row->occupants = bk_input_number(input, "people", 1);
    }
    if (bk_input_field(input, "private")->state != BK_INPUT_ABSENT) {
        row->is_private = (int)bk_input_number(input, "private", 0);
    }
    read_participants(row, input, faults, p);
    read_attributes(row, input, faults, p);
}

void booking_v1_input_user(const char *text, const char *member, apr_int64_t *id,
                           bk_faults_t *faults)
{
    if (text && !bk_text_id(text, id)) {
        add_fault(faults, member, BK_FAULT_BAD_VALUE, "must be the id of a user");
    }
}

booking_v1_t booking_v1_input_begin(void)
{
    return (booking_v1_t){.kind = BOOKING_KIND_BOOKING,
                          .state = BOOKING_STATE_CONFIRMED,
                          .occupies = 1,
                          .occupants = 1,
                          .expires_ns = BK_FIELD_NONE,
                          .version = 1,
                          .series_id = BK_FIELD_NONE,
                          .parent_id = BK_FIELD_NONE,
                          .checked_in_ns = BK_FIELD_NONE,
                          .created_by = BK_FIELD_NONE,
                          .created_ns = bk_time_now(),
                          .changed_by = BK_FIELD_NONE,
                          .changed_ns = BK_FIELD_NONE,
                          .via = BOOKING_VIA_V1};
}
