#include "booking_v1_series_elsewhere.h"

#include "bk_time.h"
#include "booking_taken.h"

#define SPACES_MOST 20 /* that are looked at */
#define DATES_MOST 50  /* for which others are looked for */
#define FOUND_MOST 6   /* that are named, of each date */

/* A date of the series in another space. */
typedef struct try_t {
    apr_int64_t start_ns, end_ns; /* what would have to be free */
    int may_be_booked;            /* by the rules of the space; and nothing was found in the way */
} try_t;

/* While other spaces are looked at. */
typedef struct looking_t {
    bk_request_t *request;
    booking_v1_series_elsewhere_t *wanted;
    int dates[DATES_MOST]; /* those that were taken */
    int date_count;
    const booking_spaces_t *others;
    try_t *tries; /* date_count of each space */
    apr_int64_t from_ns, to_ns;
} looking_t;

static void pick_dates(looking_t *looking)
{
    int i;

    for (i = 0; i < looking->wanted->count && looking->date_count < DATES_MOST; i++) {
        const booking_series_item_t *item = looking->wanted->dates[i].item;

        if (item && item->result == BOOKING_V1_STORE_TAKEN) {
            looking->dates[looking->date_count++] = i;
        }
    }
}

/* Whether the caller could book a date there, or ask for it, were it free. */
static void judge(looking_t *looking, int space, int date)
{
    const booking_space_t *other = looking->others->list[space];
    try_t *one = &looking->tries[space * looking->date_count + date];
    booking_v1_t row = looking->wanted->dates[looking->dates[date]].row;
    booking_v1_ruling_t ruling;

    row.space_id = other->id;
    one->may_be_booked = booking_v1_wish_judge_one(
        looking->request, other, &row, looking->wanted->terms, looking->wanted->series, &ruling);
    one->start_ns = row.start_ns - row.setup_ns;
    one->end_ns = row.end_ns + row.teardown_ns;
    looking->from_ns = one->start_ns < looking->from_ns ? one->start_ns : looking->from_ns;
    looking->to_ns = one->end_ns > looking->to_ns ? one->end_ns : looking->to_ns;
}

static apr_status_t note_taken(void *baton, int space, const booking_v1_t *row)
{
    looking_t *looking = baton;
    try_t *tries = &looking->tries[space * looking->date_count];
    int i;

    for (i = 0; i < looking->date_count; i++) {
        if (row->start_ns - row->setup_ns < tries[i].end_ns &&
            tries[i].start_ns < row->end_ns + row->teardown_ns) {
            tries[i].may_be_booked = 0;
        }
    }
    return APR_SUCCESS;
}

/* @return 1; 0: the store gave no answer */
static int look(looking_t *looking)
{
    bk_request_t *request = looking->request;
    apr_pool_t *p = request->r->pool;
    const char **ids = apr_palloc(p, ((apr_size_t)looking->others->count + 1) * sizeof(*ids));
    const booking_taken_verbs_t *verbs;
    int i;

    for (i = 0; i < looking->others->count; i++) {
        ids[i] = looking->others->list[i]->id;
    }
    if (bk_store_try_acquire(request) != APR_SUCCESS) {
        return 0;
    }
    verbs = request->store->verbs[BOOKING_STORE_TAKEN];
    return verbs->each(request->handle, ids, looking->others->count, looking->from_ns,
                       looking->to_ns, bk_time_now(), note_taken, looking, p) == APR_SUCCESS;
}

static void name_spaces(looking_t *looking, int date)
{
    const char **found = apr_pcalloc(looking->request->r->pool, (FOUND_MOST + 1) * sizeof(*found));
    int count = 0, i;

    for (i = 0; i < looking->others->count && count < FOUND_MOST; i++) {
        if (looking->tries[i * looking->date_count + date].may_be_booked) {
            found[count++] = looking->others->list[i]->id;
        }
    }
    looking->wanted->dates[looking->dates[date]].elsewhere = found;
}

void booking_v1_series_elsewhere(bk_request_t *request, booking_v1_series_elsewhere_t *wanted)
{
    looking_t looking = {
        .request = request, .wanted = wanted, .from_ns = INT64_MAX, .to_ns = INT64_MIN};
    int i, k;

    pick_dates(&looking);
    bk_request_release(request);
    looking.others = looking.date_count
                         ? booking_spaces_like(request, wanted->space,
                                               wanted->dates[0].row.occupants, SPACES_MOST)
                         : NULL;
    if (!looking.others || !looking.others->count) {
        return;
    }
    looking.tries =
        apr_pcalloc(request->r->pool, (apr_size_t)(looking.others->count * looking.date_count) *
                                          sizeof(*looking.tries));
    for (i = 0; i < looking.others->count; i++) {
        for (k = 0; k < looking.date_count; k++) {
            judge(&looking, i, k);
        }
    }
    if (!look(&looking)) {
        return;
    }
    for (k = 0; k < looking.date_count; k++) {
        name_spaces(&looking, k);
    }
}
