#include "bk_policy_input.h"

#include <string.h>

#include "bk_json_input.h"
#include "bk_time.h"

#define MINUTES_MOST (366 * BK_OPENING_DAY)
#define PENDING_EXPIRES 48 /* hours */
#define HOLD_MINUTES 5

/* ---- the table ----------------------------------------------------------------------------------
 */

static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
static const char *const types[] = {"text", "choice", NULL};
static const char *const pers[] = {"day", "week", "month", "future", "concurrent", NULL};
static const char *const overs[] = {"policy", "building", "all", NULL};
static const char *const details[] = {"busy", "owner", "title", "full", NULL};

#define REQUIRED .flags = BK_INPUT_REQUIRED
#define MINUTES .kind = BK_INPUT_INT, .min = 0, .max = MINUTES_MOST
#define COUNT .kind = BK_INPUT_INT, .min = 0, .max = 100000
#define TEXT .kind = BK_INPUT_TEXT, .min = 1, .max = 200
#define PRINCIPALS .kind = BK_INPUT_ID, .flags = BK_INPUT_LIST, .most = 100

static const bk_input_row_t weekly_rows[] = {{.name = "days",
                                              .kind = BK_INPUT_WORD,
                                              .flags = BK_INPUT_LIST | BK_INPUT_REQUIRED,
                                              .least = 1,
                                              .most = 7,
                                              .words = days},
                                             {.name = "from", .kind = BK_INPUT_CLOCK, REQUIRED},
                                             {.name = "to", .kind = BK_INPUT_CLOCK, REQUIRED},
                                             {NULL}};
static const bk_input_row_t stretch_rows[] = {{.name = "from", .kind = BK_INPUT_CLOCK, REQUIRED},
                                              {.name = "to", .kind = BK_INPUT_CLOCK, REQUIRED},
                                              {NULL}};
static const bk_input_row_t exception_rows[] = {{.name = "from", .kind = BK_INPUT_DATE, REQUIRED},
                                                {.name = "to", .kind = BK_INPUT_DATE, REQUIRED},
                                                {.name = "hours",
                                                 .kind = BK_INPUT_OBJECT,
                                                 .flags = BK_INPUT_LIST | BK_INPUT_REQUIRED,
                                                 .most = 24,
                                                 .rows = stretch_rows},
                                                {NULL}};
static const bk_input_row_t length_rows[] = {
    {.name = "min", MINUTES}, {.name = "max", MINUTES}, {.name = "step", MINUTES}, {NULL}};
static const bk_input_row_t start_rows[] = {
    {.name = "step", .kind = BK_INPUT_INT, .min = 0, .max = BK_OPENING_DAY},
    {.name = "anchor", .kind = BK_INPUT_CLOCK},
    {NULL}};
static const bk_input_row_t horizon_rows[] = {
    {.name = "days", .kind = BK_INPUT_INT, REQUIRED, .min = 0, .max = 3660},
    {.name = "opensAt", .kind = BK_INPUT_CLOCK},
    {NULL}};
static const bk_input_row_t people_rows[] = {
    {.name = "min", COUNT}, {.name = "enforceCapacity", .kind = BK_INPUT_BOOL}, {NULL}};
static const bk_input_row_t series_rows[] = {
    {.name = "by", PRINCIPALS},
    {.name = "max", .kind = BK_INPUT_INT, .min = 1, .max = 366},
    {.name = "weeks", .kind = BK_INPUT_INT, .min = 1, .max = 105},
    {NULL}};
static const bk_input_row_t quota_rows[] = {
    {.name = "id", .kind = BK_INPUT_ID, REQUIRED},
    {.name = "per", .kind = BK_INPUT_WORD, REQUIRED, .words = pers},
    {.name = "count", .kind = BK_INPUT_INT, .min = 1, .max = 100000},
    {.name = "minutes", .kind = BK_INPUT_INT, .min = 1, .max = MINUTES_MOST},
    {.name = "over", .kind = BK_INPUT_WORD, .words = overs},
    {NULL}};
static const bk_input_row_t field_rows[] = {{.name = "key", .kind = BK_INPUT_ID, REQUIRED},
                                            {.name = "label", TEXT},
                                            {.name = "type", .kind = BK_INPUT_WORD, .words = types},
                                            {.name = "choices",
                                             .kind = BK_INPUT_TEXT,
                                             .flags = BK_INPUT_LIST,
                                             .min = 1,
                                             .max = 200,
                                             .least = 1,
                                             .most = 64},
                                            {.name = "required", .kind = BK_INPUT_BOOL},
                                            {NULL}};
static const bk_input_row_t terms_rows[] = {
    {.name = "url", .kind = BK_INPUT_TEXT, REQUIRED, .min = 1, .max = 1000},
    {.name = "version", TEXT, REQUIRED},
    {NULL}};
static const bk_input_row_t no_rows[] = {{NULL}};

#define LIST(most_, rows_) \
    .kind = BK_INPUT_OBJECT, .flags = BK_INPUT_LIST, .most = (most_), .rows = (rows_)
#define OBJECT(rows_) .kind = BK_INPUT_OBJECT, .flags = BK_INPUT_NULLABLE, .rows = (rows_)

const bk_input_row_t bk_policy_input_rows[] = {
    {.name = "id", .flags = BK_INPUT_READ_ONLY},
    {.name = "name", TEXT, REQUIRED},
    {.name = "timeZone", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE, .min = 1, .max = 63},
    {.name = "hours", LIST(100, weekly_rows)},
    {.name = "exceptions", LIST(400, exception_rows)},
    {.name = "length", OBJECT(length_rows)},
    {.name = "start", OBJECT(start_rows)},
    {.name = "setup", .kind = BK_INPUT_INT, .min = 0, .max = BK_OPENING_DAY},
    {.name = "teardown", .kind = BK_INPUT_INT, .min = 0, .max = BK_OPENING_DAY},
    {.name = "lead", MINUTES},
    {.name = "horizon", OBJECT(horizon_rows)},
    {.name = "cancelUntil", MINUTES},
    {.name = "changeUntil", MINUTES},
    {.name = "past", .kind = BK_INPUT_BOOL},
    {.name = "people", OBJECT(people_rows)},
    {.name = "see", PRINCIPALS},
    {.name = "book", PRINCIPALS},
    {.name = "request", PRINCIPALS},
    {.name = "override", PRINCIPALS},
    {.name = "approvers", PRINCIPALS},
    {.name = "onBehalf", PRINCIPALS},
    {.name = "managersObey", .kind = BK_INPUT_BOOL},
    {.name = "pendingExpires", .kind = BK_INPUT_INT, .min = 1, .max = 2160},
    {.name = "series", OBJECT(series_rows)},
    {.name = "quota", LIST(16, quota_rows)},
    {.name = "checkIn", OBJECT(no_rows)},
    {.name = "waiting", .kind = BK_INPUT_BOOL},
    {.name = "holdMinutes", .kind = BK_INPUT_INT, .min = 1, .max = 15},
    {.name = "privacy",
     .kind = BK_INPUT_WORD,
     .flags = BK_INPUT_MAP,
     .most = 100,
     .words = details},
    {.name = "fields", LIST(32, field_rows)},
    {.name = "terms", OBJECT(terms_rows)},
    {.name = "version", .flags = BK_INPUT_READ_ONLY},
    {NULL}};

/* ---- reading ------------------------------------------------------------------------------------
 */

/* Faults are added where they are found; the place is put together on the way down. */
typedef struct reading_t {
    bk_faults_t *faults;
    apr_pool_t *p;
} reading_t;

static void add_fault(const reading_t *reading, const bk_fault_pointer_t *outer, const char *name,
                      const char *what)
{
    bk_fault_pointer_t where = {outer, name, 0};

    bk_fault_add(reading->faults, &where, BK_FAULT_BAD_VALUE, "%s", what);
}

static int number_of(const bk_input_t *input, const char *name, int otherwise)
{
    return (int)bk_input_number(input, name, otherwise);
}

/* As many as were given, and one: of none there is an address, too. */
static void *make_list(const reading_t *reading, const bk_input_field_t *field, apr_size_t size)
{
    return apr_pcalloc(reading->p, (field->count + 1) * size);
}

/* "everyone", "group:NAME", "user:ID". */
static int is_principal(const char *text)
{
    return strcmp(text, "everyone") == 0 || (strncmp(text, "group:", 6) == 0 && text[6]) ||
           (strncmp(text, "user:", 5) == 0 && text[5]);
}

/* Where nothing is said, everyone, or nobody. */
static bk_principals_t read_principals(const reading_t *reading, const bk_input_t *input,
                                       const char *name, const bk_fault_pointer_t *outer,
                                       int is_everyone)
{
    static const char *const everyone[] = {"everyone"};
    const bk_input_field_t *field = bk_input_field(input, name);
    bk_fault_pointer_t list = {outer, name, 0};
    const char **names;
    apr_size_t i;

    if (field->state != BK_INPUT_GIVEN) {
        return (bk_principals_t){everyone, is_everyone};
    }
    names = make_list(reading, field, sizeof(*names));
    for (i = 0; i < field->count; i++) {
        bk_fault_pointer_t where = {&list, NULL, i};

        names[i] = field->values[i].text;
        if (!is_principal(names[i])) {
            bk_fault_add(reading->faults, &where, BK_FAULT_BAD_VALUE,
                         "must be everyone, group:NAME or user:ID");
        }
    }
    return (bk_principals_t){names, (int)field->count};
}

/* What ends no later than it begins ends on the next day. */
static bk_stretch_t read_stretch(const bk_input_t *input)
{
    bk_stretch_t stretch = {number_of(input, "from", 0), number_of(input, "to", 0)};

    if (stretch.to <= stretch.from) {
        stretch.to += BK_OPENING_DAY;
    }
    return stretch;
}

static void read_weekly(const reading_t *reading, const bk_input_t *input, bk_opening_t *opening)
{
    const bk_input_field_t *field = bk_input_field(input, "hours");
    bk_weekly_t *weekly;
    apr_size_t i, j;

    if (field->state != BK_INPUT_GIVEN) {
        return;
    }
    weekly = make_list(reading, field, sizeof(*weekly));
    for (i = 0; i < field->count; i++) {
        const bk_input_t *hours = field->values[i].object;
        const bk_input_field_t *of_days = bk_input_field(hours, "days");

        weekly[i].stretch = read_stretch(hours);
        for (j = 0; j < of_days->count; j++) {
            weekly[i].days |= 1u << of_days->values[j].number;
        }
    }
    opening->weekly = weekly;
    opening->weekly_count = (int)field->count;
}

static bk_exception_t read_exception(const reading_t *reading, const bk_input_t *input,
                                     const bk_fault_pointer_t *where)
{
    const bk_input_field_t *hours = bk_input_field(input, "hours");
    bk_stretch_t *stretches = make_list(reading, hours, sizeof(*stretches));
    bk_exception_t exception = {bk_input_number(input, "from", 0) / BK_TIME_DAY,
                                bk_input_number(input, "to", 0) / BK_TIME_DAY, stretches,
                                (int)hours->count};
    apr_size_t i;

    for (i = 0; i < hours->count; i++) {
        stretches[i] = read_stretch(hours->values[i].object);
    }
    if (exception.last < exception.first) {
        add_fault(reading, where, "to", "must not be before \"from\"");
    }
    return exception;
}

static void read_exceptions(const reading_t *reading, const bk_input_t *input,
                            bk_opening_t *opening)
{
    const bk_input_field_t *field = bk_input_field(input, "exceptions");
    bk_fault_pointer_t list = {NULL, "exceptions", 0};
    bk_exception_t *exceptions = make_list(reading, field, sizeof(*exceptions));
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        bk_fault_pointer_t where = {&list, NULL, i};

        exceptions[i] = read_exception(reading, field->values[i].object, &where);
    }
    opening->exceptions = exceptions;
    opening->exception_count = (int)field->count;
}

static void read_lengths(const reading_t *reading, const bk_input_t *input, bk_policy_t *rules)
{
    const bk_input_t *length = bk_input_object(input, "length");
    const bk_input_t *start = bk_input_object(input, "start");
    bk_fault_pointer_t where = {NULL, "length", 0};

    if (length) {
        rules->length.min = number_of(length, "min", 0);
        rules->length.max = number_of(length, "max", 0);
        rules->length.step = number_of(length, "step", 0);
        if (rules->length.max && rules->length.max < rules->length.min) {
            add_fault(reading, &where, "max", "must not be below \"min\"");
        }
    }
    if (start) {
        rules->start.step = number_of(start, "step", 0);
        rules->start.anchor = number_of(start, "anchor", 0);
    }
}

static void read_times(const bk_input_t *input, bk_policy_t *rules)
{
    const bk_input_t *horizon = bk_input_object(input, "horizon");

    rules->setup = number_of(input, "setup", 0);
    rules->teardown = number_of(input, "teardown", 0);
    rules->lead = number_of(input, "lead", 0);
    rules->cancel_until = number_of(input, "cancelUntil", 0);
    rules->change_until = number_of(input, "changeUntil", 0);
    rules->past = number_of(input, "past", 0);
    rules->horizon.days = horizon ? number_of(horizon, "days", 0) : -1;
    rules->horizon.opens_at = horizon ? number_of(horizon, "opensAt", 0) : 0;
}

static void read_people(const reading_t *reading, const bk_input_t *input, bk_policy_t *rules)
{
    const bk_input_t *people = bk_input_object(input, "people");

    if (people) {
        rules->people.min = number_of(people, "min", 0);
        rules->people.enforce_capacity = number_of(people, "enforceCapacity", 0);
    }
    rules->see = read_principals(reading, input, "see", NULL, 1);
    rules->book = read_principals(reading, input, "book", NULL, 1);
    rules->request = read_principals(reading, input, "request", NULL, 0);
    rules->override = read_principals(reading, input, "override", NULL, 0);
    rules->managers_obey = number_of(input, "managersObey", 0);
}

static void read_series(const reading_t *reading, const bk_input_t *input, bk_policy_t *rules)
{
    const bk_input_t *series = bk_input_object(input, "series");
    bk_fault_pointer_t where = {NULL, "series", 0};

    if (series) {
        rules->series.by = read_principals(reading, series, "by", &where, 1);
        rules->series.max = number_of(series, "max", 0);
        rules->series.weeks = number_of(series, "weeks", 0);
    }
}

static void read_privacy(const reading_t *reading, const bk_input_t *input, bk_policy_t *rules)
{
    const bk_input_field_t *field = bk_input_field(input, "privacy");
    bk_fault_pointer_t where = {NULL, "privacy", 0};
    bk_privacy_t *privacy = make_list(reading, field, sizeof(*privacy));
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        privacy[i].who = field->values[i].key;
        privacy[i].detail = (bk_detail_t)field->values[i].number;
        if (strcmp(privacy[i].who, "others") != 0 && !is_principal(privacy[i].who)) {
            add_fault(reading, &where, privacy[i].who,
                      "its name must be others, everyone, group:NAME or user:ID");
        }
    }
    rules->privacy = privacy;
    rules->privacy_count = (int)field->count;
}

static void read_choices(const reading_t *reading, const bk_input_t *input,
                         const bk_fault_pointer_t *where, bk_policy_field_t *field)
{
    const bk_input_field_t *list = bk_input_field(input, "choices");
    int is_choice = bk_input_number(input, "type", 0) == 1;
    const char **choices = make_list(reading, list, sizeof(*choices));
    apr_size_t i;

    if (is_choice != (list->count > 0)) {
        add_fault(reading, where, "choices",
                  is_choice ? "is required, because it is a choice"
                            : "is only allowed for a choice");
    }
    for (i = 0; i < list->count; i++) {
        choices[i] = list->values[i].text;
    }
    field->choices = is_choice ? choices : NULL;
    field->choice_count = (int)list->count;
}

static void read_fields(const reading_t *reading, const bk_input_t *input, bk_policy_t *rules)
{
    const bk_input_field_t *list = bk_input_field(input, "fields");
    bk_fault_pointer_t outer = {NULL, "fields", 0};
    bk_policy_field_t *fields = make_list(reading, list, sizeof(*fields));
    apr_size_t i, j;

    for (i = 0; i < list->count; i++) {
        const bk_input_t *one = list->values[i].object;
        bk_fault_pointer_t where = {&outer, NULL, i};

        fields[i].key = bk_input_text(one, "key", "");
        fields[i].required = number_of(one, "required", 0);
        read_choices(reading, one, &where, &fields[i]);
        for (j = 0; j < i; j++) {
            if (strcmp(fields[i].key, fields[j].key) == 0) {
                add_fault(reading, &where, "key", "appears twice");
            }
        }
    }
    rules->fields = fields;
    rules->field_count = (int)list->count;
}

static void read_quotas(const reading_t *reading, const bk_input_t *input,
                        bk_policy_input_t *policy)
{
    const bk_input_field_t *list = bk_input_field(input, "quota");
    bk_fault_pointer_t outer = {NULL, "quota", 0};
    bk_quota_t *quotas = make_list(reading, list, sizeof(*quotas));
    apr_size_t i, j;

    for (i = 0; i < list->count; i++) {
        const bk_input_t *one = list->values[i].object;
        bk_fault_pointer_t where = {&outer, NULL, i};

        quotas[i] = (bk_quota_t){bk_input_text(one, "id", ""),
                                 (bk_quota_per_t)bk_input_number(one, "per", 0),
                                 number_of(one, "count", 0), number_of(one, "minutes", 0),
                                 (bk_quota_over_t)bk_input_number(one, "over", 0)};
        if (!quotas[i].count && !quotas[i].minutes) {
            add_fault(reading, &where, "count", "is required unless \"minutes\" is given");
        }
        for (j = 0; j < i; j++) {
            if (strcmp(quotas[i].id, quotas[j].id) == 0) {
                add_fault(reading, &where, "id", "appears twice");
            }
        }
    }
    policy->quotas = quotas;
    policy->quota_count = (int)list->count;
}

/* What nothing here obeys is refused, and not believed to be obeyed. */
static void refuse_what_is_not_there(const reading_t *reading, const bk_input_t *input)
{
    if (bk_input_object(input, "checkIn")) {
        add_fault(reading, NULL, "checkIn", "must be null: there is no check-in yet");
    }
    if (number_of(input, "waiting", 0)) {
        add_fault(reading, NULL, "waiting", "must be false: there is no waiting list yet");
    }
}

static void read_rules(const reading_t *reading, const bk_input_t *input, bk_policy_t *rules)
{
    const bk_input_t *terms = bk_input_object(input, "terms");

    read_weekly(reading, input, &rules->opening);
    read_exceptions(reading, input, &rules->opening);
    read_lengths(reading, input, rules);
    read_times(input, rules);
    read_people(reading, input, rules);
    read_series(reading, input, rules);
    read_privacy(reading, input, rules);
    read_fields(reading, input, rules);
    rules->terms = terms ? bk_input_text(terms, "version", NULL) : NULL;
}

const bk_policy_input_t *bk_policy_input_read(const bk_json_t *object, bk_faults_t *faults,
                                              apr_pool_t *p)
{
    reading_t reading = {faults, p};
    bk_policy_input_t *policy = apr_pcalloc(p, sizeof(*policy));
    int before = bk_fault_count(faults);
    const bk_input_t *input =
        bk_json_input_read(bk_policy_input_rows, object, BK_JSON_INPUT_WHOLE, faults, p);

    policy->name = bk_input_text(input, "name", NULL);
    policy->time_zone = bk_input_text(input, "timeZone", NULL);
    policy->pending_expires = number_of(input, "pendingExpires", PENDING_EXPIRES);
    policy->hold_minutes = number_of(input, "holdMinutes", HOLD_MINUTES);
    policy->approvers = read_principals(&reading, input, "approvers", NULL, 0);
    policy->on_behalf = read_principals(&reading, input, "onBehalf", NULL, 0);
    read_rules(&reading, input, &policy->rules);
    read_quotas(&reading, input, policy);
    refuse_what_is_not_there(&reading, input);
    return bk_fault_count(faults) == before && !faults->is_cut ? policy : NULL;
}
