/* booking_v1_input: bookings as clients send them: the tables of their members, and what a table
 * cannot say, such as that a booking ends after its start. Needs no store. Any thread may call. */
#ifndef BOOKING_V1_INPUT_H
#define BOOKING_V1_INPUT_H

#include "bk_fault.h"
#include "bk_input.h"
#include "bk_zone.h"
#include "booking_v1_store.h"

/** The members of a new booking, of a patch, and of a cancellation. */
extern const bk_input_row_t booking_v1_input_new[];
extern const bk_input_row_t booking_v1_input_patch[];
extern const bk_input_row_t booking_v1_input_series[];
extern const bk_input_row_t booking_v1_input_cancellation[];

/** The parameter dryRun, for what makes and changes bookings. */
extern const bk_input_row_t booking_v1_input_dry_run[];

/**
 * Read when a booking is. Times without an offset are of the space's clock.
 * @param row     its start, end and date are set; what was not sent stays, and of a new booking is
 *                a fault
 * @param is_new  whether there is nothing to stay
 * @param zone    the space's
 * @param faults  receives what is wrong
 */
void booking_v1_input_times(booking_v1_t *row, const bk_input_t *input, int is_new,
                            const bk_zone_t *zone, bk_faults_t *faults, apr_pool_t *p);

/**
 * Read the rest of a booking but its space, its owner and its group: members that are absent stay,
 * those that are null become as if they had never been given.
 */
void booking_v1_input_rest(booking_v1_t *row, const bk_input_t *input, bk_faults_t *faults,
                           apr_pool_t *p);

/**
 * Read who a booking is for: the id of a user.
 * @param text    as it was sent; NULL: nothing was
 * @param member  where it stood
 * @param id      set, if it was sent and is right
 */
void booking_v1_input_user(const char *text, const char *member, apr_int64_t *id,
                           bk_faults_t *faults);

/** A row of which nothing is known yet but that it is a confirmed booking, made now. */
booking_v1_t booking_v1_input_begin(void);

#endif
