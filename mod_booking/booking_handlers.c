#include "booking_private.h"
#include "booking_handlers.h"

#include <apr_strings.h>

#include "bk_audit.h"
#include "bk_caller.h"
#include "bk_health.h"
#include "bk_idempotency.h"
#include "bk_json_fields.h"
#include "bk_random.h"
#include "bk_representation.h"
#include "bk_settle.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_space.h"

int booking_handlers_identify(bk_request_t *request)
{
    return bk_caller(request, BOOKING_USER);
}

/* ---- reading requests ---------------------------------------------------------------------------
 */

/* Read the booking id in the path. */
static int read_id(bk_request_t *request)
{
    return bk_text_id(request->params[1], &request->id)
               ? BK_CONTINUE
               : bk_answer_error(request, &booking_error_no_id, NULL);
}

static int read_time(bk_request_t *request, const char *name, bk_time_t *time)
{
    const char *text;

    if (bk_json_string(request->body, name, &text, NULL) != BK_JSON_OK) {
        return bk_answer_error(request, &booking_error_schema, NULL);
    }
    return bk_time_parse(text, time)
               ? BK_CONTINUE
               : bk_answer_error(
                     request, &booking_error_schema,
                     apr_psprintf(
                         request->r->pool,
                         "%s must be an RFC 3339 time with an offset, in the years 1678 to "
                         "2261, such as 2025-12-11T10:00:00Z",
                         name));
}

/* A token may be for some spaces only. */
static int check_token(bk_request_t *request, const char *space_id)
{
    const char *const *space = request->caller.spaces;

    while (space && *space && strcmp(*space, space_id) != 0) {
        space++;
    }
    return space && !*space
               ? bk_answer_error(request, &bk_error_unauthorized, "This token is for other spaces")
               : BK_CONTINUE;
}

/* Check the rules that need no other service, in the order that clients expect. */
static int check_rules(bk_request_t *request, const booking_t *booking, const bk_time_t *start)
{
    if (booking->user_id != request->caller.id) {
        return bk_answer_error(request, &booking_error_user, NULL);
    }
    if (!bk_time_is_date(booking->date)) {
        return bk_answer_error(request, &booking_error_date, NULL);
    }
    if (booking->end_ns <= booking->start_ns) {
        return bk_answer_error(request, &booking_error_end, NULL);
    }
    if (strcmp(booking->date, bk_time_date(start, request->r->pool)) != 0) {
        return bk_answer_error(request, &booking_error_start_date, NULL);
    }
    return check_token(request, booking->space_id);
}

static int read_booking(bk_request_t *request, booking_t *booking)
{
    bk_time_t start, end;
    int result;

    if (bk_json_fields_read(request->body, &booking_fields, booking)) {
        return bk_answer_error(request, &booking_error_schema, NULL);
    }
    result = read_time(request, "startTime", &start);
    if (result == BK_CONTINUE) {
        result = read_time(request, "endTime", &end);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    booking->start_ns = start.ns;
    booking->end_ns = end.ns;
    return check_rules(request, booking, &start);
}

/* ---- create -------------------------------------------------------------------------------------
 */

typedef struct insertion_t {
    bk_request_t *request;
    booking_t booking;
    booking_v1_ruling_t ruling;
    int conflict;
    int result; /* of bk_idempotency_make() */
} insertion_t;

/* Another host's space service may have policies, and this host's store may not be able to keep
 * them: then nothing is booked that they would not hold for. */
static int check_store(bk_request_t *request, const insertion_t *insertion)
{
    const booking_t *booking = &insertion->booking;

    if (booking_v1_verbs(request) ||
        (!booking->setup_ns && !booking->teardown_ns && !insertion->ruling.limits.count)) {
        return BK_CONTINUE;
    }
    ap_log_rerror(BK_MARK, APLOG_ERR, 0, request->r,
                  "BK0470: space %s cannot be booked: its policy %s has quotas, or keeps time free "
                  "around bookings, which only a store in a database can do",
                  booking->space_id, insertion->ruling.policy);
    return bk_answer_error(request, &booking_error_space_service,
                           "The policy of the space cannot be kept here");
}

/* With what is kept of bookings under a policy. */
static booking_v1_t row_of(const insertion_t *insertion)
{
    const booking_t *booking = &insertion->booking;

    return (booking_v1_t){.id = booking->id,
                          .space_id = booking->space_id,
                          .date = booking->date,
                          .user_id = booking->user_id,
                          .occupants = booking->occupants,
                          .start_ns = booking->start_ns,
                          .end_ns = booking->end_ns,
                          .kind = BOOKING_KIND_BOOKING,
                          .state = BOOKING_STATE_CONFIRMED,
                          .occupies = 1,
                          .setup_ns = booking->setup_ns,
                          .teardown_ns = booking->teardown_ns,
                          .expires_ns = BK_FIELD_NONE,
                          .version = 1,
                          .series_id = BK_FIELD_NONE,
                          .parent_id = BK_FIELD_NONE,
                          .checked_in_ns = BK_FIELD_NONE,
                          .policy = insertion->ruling.policy,
                          .building = insertion->ruling.building,
                          .created_by = BK_FIELD_NONE,
                          .created_ns = bk_time_now(),
                          .changed_by = BK_FIELD_NONE,
                          .changed_ns = BK_FIELD_NONE,
                          .via = BOOKING_VIA_BASE,
                          .overridden = insertion->ruling.overridden};
}

static apr_status_t insert_booking(void *baton)
{
    insertion_t *insertion = baton;
    bk_request_t *request = insertion->request;
    booking_v1_t row;
    apr_status_t rv;

    if (!insertion->ruling.policy || !booking_v1_verbs(request)) {
        return booking_verbs(request)->insert(request->handle, &insertion->booking,
                                              &insertion->conflict);
    }
    row = row_of(insertion);
    rv = booking_v1_verbs(request)->insert(request->handle, &row, &insertion->ruling.limits,
                                           request->r->pool);
    insertion->conflict = rv == BOOKING_V1_STORE_TAKEN;
    return insertion->conflict ? APR_SUCCESS : rv;
}

/* For bk_settle(): whether the booking was created. It is this request's if the user is the same
 * too, because the id was drawn at random for this request. */
static apr_status_t find_created(bk_request_t *request, void *created)
{
    const booking_t *booking = created;
    booking_t found;
    apr_status_t rv = booking_verbs(request)->find(request->handle, booking->date, booking->id,
                                                   &found, request->r->pool);

    return rv == APR_SUCCESS && found.user_id != booking->user_id ? APR_NOTFOUND : rv;
}

static const char *location_of(const bk_request_t *request, const booking_t *booking)
{
    char room[BK_TEXT_INT];

    return apr_pstrcat(request->r->pool, request->path, "/", booking->date, "/",
                       bk_text_of_int(booking->id, room), NULL);
}

/* Answer that a booking was made, and log by which rules it could not have been. */
static int answer_made(bk_request_t *request, const insertion_t *insertion)
{
    const booking_t *booking = &insertion->booking;

    if (insertion->ruling.overridden) {
        bk_audit(request, "BK0421: event=override", booking->user_id, request->caller.id, "booking",
                 apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, booking->id), "space",
                 booking->space_id, "rules", insertion->ruling.overridden, NULL);
    }
    return bk_answer_created(request, location_of(request, booking), json_integer(booking->id));
}

/* The contract's nearest error; the details name the quota. */
static int answer_full(bk_request_t *request, const booking_limits_t *limits)
{
    return bk_answer_error(request, &booking_error_hours,
                           apr_pstrcat(request->r->pool, "quota-used: the quota ",
                                       limits->list[limits->full].quota->id, " is used up", NULL));
}

/* Has the type bk_idempotency_make_t. A booking that is in conflict keeps no key.
 * @param made  NULL: there is no key */
static apr_status_t make_booking(bk_request_t *request, void *baton, bk_idempotency_made_t *made)
{
    insertion_t *insertion = baton;
    char room[BK_TEXT_INT];
    apr_status_t rv = insert_booking(insertion);

    if (rv == APR_SUCCESS && insertion->conflict) {
        return BOOKING_V1_STORE_TAKEN;
    }
    if (rv == APR_SUCCESS && made) {
        made->location = location_of(request, &insertion->booking);
        made->text = apr_pstrdup(request->r->pool, bk_text_of_int(insertion->booking.id, room));
        made->len = strlen(made->text);
    }
    return rv;
}

static apr_status_t insert_once(void *baton)
{
    insertion_t *insertion = baton;
    bk_idempotency_made_t made = {0};
    apr_status_t rv = APR_SUCCESS;

    if (!bk_idempotency_has_key(insertion->request)) {
        return make_booking(insertion->request, insertion, NULL);
    }
    insertion->result =
        bk_idempotency_make(insertion->request, make_booking, insertion, &made, &rv);
    return insertion->result == BK_CONTINUE ? rv : APR_SUCCESS;
}

static int answer_created(bk_request_t *request, insertion_t *insertion, apr_status_t rv)
{
    booking_t *booking = &insertion->booking;

    if (rv == BOOKING_V1_STORE_TAKEN) {
        return bk_answer_error(request, &booking_error_conflict, NULL);
    }
    if (rv == BOOKING_V1_STORE_QUOTA) {
        return answer_full(request, &insertion->ruling.limits);
    }
    rv = bk_settle(request, rv, find_created, booking);
    if (rv == BK_DB_UNKNOWN) {
        return bk_answer_unknown(request, location_of(request, booking));
    }
    return rv == APR_SUCCESS ? answer_made(request, insertion) : bk_store_failed(request, rv);
}

static int create_booking(bk_request_t *request)
{
    insertion_t insertion = {.request = request, .result = BK_CONTINUE};
    booking_t *booking = &insertion.booking;
    apr_status_t rv;
    int result = read_booking(request, booking);

    if (result == BK_CONTINUE) {
        result = bk_idempotency_replay(request);
    }
    if (result == BK_CONTINUE) {
        result = booking_space_check(request, booking, &insertion.ruling);
    }
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result == BK_CONTINUE) {
        result = check_store(request, &insertion);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    rv = bk_random_insert(&booking->id, insert_once, &insertion);
    return insertion.result == BK_CONTINUE ? answer_created(request, &insertion, rv)
                                           : insertion.result;
}

/* ---- read and delete ----------------------------------------------------------------------------
 */

static const char *text_of(const booking_t *booking, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    bk_json_fields_write(&text, &booking_fields, booking);
    return bk_json_text_end(&text, len);
}

static int answer_booking(bk_request_t *request, const booking_t *booking)
{
    apr_size_t len;
    const char *text = text_of(booking, &len, request->r->pool);

    return bk_representation_answer(request, text, len);
}

static apr_status_t find_booking(bk_request_t *request, void *booking)
{
    return booking_verbs(request)->find(request->handle, request->params[0], request->id, booking,
                                        request->r->pool);
}

static int get_booking(bk_request_t *request)
{
    booking_t booking;
    apr_status_t rv;
    int result = bk_read(request, find_booking, &booking, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv == APR_NOTFOUND) {
        return bk_answer_error(request, &booking_error_not_found, NULL);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    result = check_token(request, booking.space_id);
    return result == BK_CONTINUE ? answer_booking(request, &booking) : result;
}

/* Answer whether the booking was not found, or no booking at all on its date. */
static int answer_nothing_to_delete(bk_request_t *request)
{
    apr_status_t rv =
        booking_verbs(request)->find_date(request->handle, request->params[0], request->r->pool);

    if (rv == APR_SUCCESS) {
        return bk_answer_error(request, &booking_error_id_not_found, NULL);
    }
    return rv == APR_NOTFOUND ? bk_answer_error(request, &booking_error_date_not_found, NULL)
                              : bk_store_failed(request, rv);
}

static apr_status_t find_deleted(bk_request_t *request, void *booking)
{
    apr_status_t rv = find_booking(request, booking);

    if (rv == APR_NOTFOUND) {
        return APR_SUCCESS;
    }
    return rv == APR_SUCCESS ? APR_NOTFOUND : rv;
}

/* Check who may delete the booking, and the request's conditions. */
static int check_deletion(bk_request_t *request, const booking_t *booking)
{
    const char *text;
    apr_size_t len;
    int result = check_token(request, booking->space_id);

    if (result != BK_CONTINUE) {
        return result;
    }

    if (booking->user_id != request->caller.id && !request->caller.is_admin) {
        return bk_answer_error(request, &bk_error_unauthorized,
                               "Only its owner or an admin can delete a booking");
    }
    if (!bk_representation_is_conditional(request)) {
        return BK_CONTINUE;
    }
    text = text_of(booking, &len, request->r->pool);
    return bk_representation_check(request, text, len);
}

static int answer_deleted(bk_request_t *request, const booking_t *booking)
{
    if (booking->user_id != request->caller.id) {
        bk_audit(request, "BK0239: event=delete-booking", booking->user_id, request->caller.id,
                 "booking", request->params[1], "date", booking->date, "space", booking->space_id,
                 NULL);
    }
    return bk_answer_json(request, HTTP_OK, json_string("Deleted"));
}

/* What the conditions were checked against is what is deleted: API v1 may change it meanwhile.
 * @param rv  set to the store's result, if BK_CONTINUE is returned; APR_NOTFOUND also if it was
 *            changed */
static int try_to_delete(bk_request_t *request, booking_t *booking, apr_status_t *rv)
{
    int result;

    *rv = find_booking(request, booking);
    if (*rv != APR_SUCCESS) {
        return BK_CONTINUE;
    }
    result = check_deletion(request, booking);
    if (result != BK_CONTINUE) {
        return result;
    }
    *rv = booking_verbs(request)->remove(
        request->handle, booking->date, request->id,
        bk_representation_is_conditional(request) ? booking->version : 0, request->caller.id);
    *rv = bk_settle(request, *rv, find_deleted, booking);
    return BK_CONTINUE;
}

static int delete_booking(bk_request_t *request)
{
    booking_t booking = {0};
    apr_status_t rv;
    int result = bk_store_acquire(request);

    if (result != BK_CONTINUE) {
        return result;
    }
    do {
        booking.version = 0;
        result = try_to_delete(request, &booking, &rv);
        if (result != BK_CONTINUE) {
            return result;
        }
    } while (rv == APR_NOTFOUND && booking.version);
    if (rv == APR_NOTFOUND) {
        return answer_nothing_to_delete(request);
    }
    return rv == APR_SUCCESS ? answer_deleted(request, &booking) : bk_store_failed(request, rv);
}

const bk_route_t booking_handlers_routes[] = {
    {"GET", "/health", BK_ROUTE_ANYONE, NULL, NULL, bk_health},
    {"POST", "", BK_ROUTE_USER, NULL, &booking_error_schema, create_booking, .scope = BK_SCOPE_BOOK,
     .flags = BK_ROUTE_IDEMPOTENT},
    {"GET", "/{date}/{bookingId}", BK_ROUTE_USER, read_id, NULL, get_booking},
    {"DELETE", "/{date}/{bookingId}", BK_ROUTE_USER, read_id, NULL, delete_booking,
     .scope = BK_SCOPE_BOOK},
    {NULL}};
