/* booking_v1_time: the time of spaces between two instants, for who asks: when each is open, what
 * takes its time, and what they could book of it.
 *
 * What is free can be booked, as far as it is known here: the times kept free around bookings,
 * those of the policy around a new one included, are not free; nor, for whom the rules hold, is
 * what has passed, what is too near, and what is beyond the days that can be booked. It is no
 * promise: the booking decides. Quotas are not looked at, nor what a booking says besides its time.
 *
 * All of it lives as long as the request.
 */
#ifndef BOOKING_V1_TIME_H
#define BOOKING_V1_TIME_H

#include "booking_private.h"
#include "booking_spaces.h"
#include "booking_v1_judge.h"

/** The time of one space. */
typedef struct booking_v1_time_t {
    const booking_space_t *space;
    bk_span_t window;         /* what is asked for */
    const char *why;          /* why the caller cannot book it at all; NULL: they can */
    int is_request;           /* they can only ask for it */
    int overrides;            /* the rules do not hold for them */
    apr_array_header_t *rows; /* of booking_v1_t: what takes its time, in order */
    apr_array_header_t *open; /* of bk_span_t */
    apr_array_header_t *free; /* of bk_span_t */
    booking_v1_rules_t rules;
    bk_person_t person;
} booking_v1_time_t;

/** The times of several spaces. */
typedef struct booking_v1_times_t {
    booking_v1_time_t *list;
    int count;
    apr_int64_t now_ns;
    apr_int64_t but; /* the id of a booking that is not looked at; 0: all are */
} booking_v1_times_t;

/**
 * Prepare to look at the time of spaces. A space that the caller's token is not for is left out.
 * @param times  set; the windows are the caller's to set
 */
void booking_v1_time_begin(bk_request_t *request, const booking_spaces_t *spaces,
                           booking_v1_times_t *times);

/**
 * Read what takes the time, from the standby if that is allowed, and find out what is free.
 * @return BK_CONTINUE; else the request's result
 */
int booking_v1_time_read(bk_request_t *request, booking_v1_times_t *times);

/** The same of the primary, for who has another answer if it is out of reach.
 * @return of the store; nothing was answered */
apr_status_t booking_v1_time_look(bk_request_t *request, booking_v1_times_t *times);

/** Whether nothing takes a part of the window, nor what is kept free around it: 1 or 0. Hours are
 * not looked at. */
int booking_v1_time_is_free(const booking_v1_time_t *time, apr_int64_t start_ns,
                            apr_int64_t end_ns);

/** What is said of a wish. */
typedef enum booking_v1_time_verdict_t {
    BOOKING_V1_TIME_YES,
    BOOKING_V1_TIME_NO,   /* not then */
    BOOKING_V1_TIME_NEVER /* nor at any later time, as long as this */
} booking_v1_time_verdict_t;

/**
 * Whether the rules let the caller book, or ask for, a time. Whether it is taken is not looked at.
 * @param people  who come; 0: not known
 * @param p       emptied by the caller now and then
 */
booking_v1_time_verdict_t booking_v1_time_allows(const booking_v1_times_t *times,
                                                 const booking_v1_time_t *time,
                                                 apr_int64_t start_ns, apr_int64_t end_ns,
                                                 int people, apr_pool_t *p);

/**
 * Why the caller could not book, nor ask for, a time.
 * @param people, p  as above
 * @return why they cannot book the space at all, "taken", or the name of a rule; NULL: they could
 */
const char *booking_v1_time_why_not(const booking_v1_times_t *times, const booking_v1_time_t *time,
                                    apr_int64_t start_ns, apr_int64_t end_ns, int people,
                                    apr_pool_t *p);

/** Called with a start that the caller could book. @return 0: no more are wanted */
typedef int booking_v1_time_start_t(void *baton, apr_int64_t start_ns);

/**
 * Find the starts, in order, at which the caller could book the space while it is open: not before
 * the present, on the steps of its policy, or else at quarters of an hour and where something ends.
 * @param length_ns  of the booking
 * @param people     as above
 */
void booking_v1_time_starts(const booking_v1_times_t *times, const booking_v1_time_t *time,
                            apr_int64_t length_ns, int people, booking_v1_time_start_t *each,
                            void *baton, apr_pool_t *p);

#endif
