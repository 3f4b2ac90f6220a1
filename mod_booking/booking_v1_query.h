/* booking_v1_query: which bookings a request asks for: the parameters of lists of bookings. */
#ifndef BOOKING_V1_QUERY_H
#define BOOKING_V1_QUERY_H

#include "bk_input.h"
#include "booking_private.h"
#include "booking_v1_view.h"

/** The parameters that select bookings, for the table of a route. */
#define BOOKING_V1_QUERY_PARAMETERS                                                            \
    {.name = "space", .kind = BK_INPUT_ID, .flags = BK_INPUT_REPEATED, .most = 100},           \
        {.name = "building", BK_INPUT_TEXT_OF(0, 100)}, {.name = "user", .kind = BK_INPUT_ID}, \
        {.name = "group", BK_INPUT_TEXT_OF(0, 128)},                                           \
        {.name = "state",                                                                      \
         .kind = BK_INPUT_WORD,                                                                \
         .flags = BK_INPUT_LIST,                                                               \
         .words = booking_v1_json_states},                                                     \
        {.name = "series", .kind = BK_INPUT_ID}, {.name = "from", .kind = BK_INPUT_INSTANT},   \
        {.name = "to", .kind = BK_INPUT_INSTANT}, {.name = "q", BK_INPUT_TEXT_OF(0, 200)},     \
        {.name = "manages", .kind = BK_INPUT_WORD, .words = booking_v1_query_manages},         \
    {                                                                                          \
        .name = "sort", .kind = BK_INPUT_WORD, .words = booking_v1_query_sorts                 \
    }
extern const char *const booking_v1_query_manages[];
extern const char *const booking_v1_query_sorts[];

typedef struct booking_v1_query_t {
    booking_v1_filter_t filter;
    int is_empty;      /* nothing can match */
    bk_detail_t least; /* only bookings are shown of which the caller sees this much: that a masked
                          one matches would say whose it is */
} booking_v1_query_t;

/**
 * Read the parameters.
 * @param query  set, but for where the page begins and how long it is
 * @return BK_CONTINUE; else the request's result
 */
int booking_v1_query_read(bk_request_t *request, booking_v1_query_t *query);

/** Whether a booking that was found is shown. 1 or 0 */
int booking_v1_query_shows(const booking_v1_query_t *query, const booking_v1_view_t *view);

#endif
