/* booking_v1_question: what GET /v1/availability is asked: for which spaces, and for which time.
 *
 * Without minutes: what is taken from one instant to another? With minutes, and without an end:
 * which spaces are free then, for so long? With both: when are they free next, for so long? With
 * both, of all of them: what is taken, and could each be booked at the beginning of that time?
 */
#ifndef BOOKING_V1_QUESTION_H
#define BOOKING_V1_QUESTION_H

#include "booking_v1_time.h"

typedef enum booking_v1_question_kind_t {
    BOOKING_V1_QUESTION_TAKEN,
    BOOKING_V1_QUESTION_WHO,
    BOOKING_V1_QUESTION_WHEN,
    BOOKING_V1_QUESTION_EACH
} booking_v1_question_kind_t;

typedef struct booking_v1_question_t {
    booking_v1_question_kind_t kind;
    const bk_input_value_t *from, *to; /* NULL: it is not asked for */
    int minutes;                       /* 0: the same */
    int per_space, limit;
    int people; /* who come, at least; 0: not known */
    const bk_input_field_t *favourites;
    int is_more; /* more spaces were found than are looked at */
} booking_v1_question_t;

/** Bounds: days of the window, and spaces times days. */
#define BOOKING_V1_QUESTION_DAYS 42
#define BOOKING_V1_QUESTION_SPACE_DAYS 350

/** The parameters. */
extern const bk_input_row_t booking_v1_question_rows[];

/**
 * Read the parameters.
 * @return BK_CONTINUE; else the request's result
 */
int booking_v1_question_read(bk_request_t *request, booking_v1_question_t *question);

/**
 * Get the spaces that are asked for, and set the windows of their times.
 * @return BK_CONTINUE; else the request's result: there are none of these, too many for so long, or
 *         a time that their clocks never show
 */
int booking_v1_question_spaces(bk_request_t *request, booking_v1_question_t *question,
                               booking_v1_times_t *times);

#endif
