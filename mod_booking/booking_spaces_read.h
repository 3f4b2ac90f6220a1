/* booking_spaces_read: reads a page of spaces, with their policies, as the space service sends it.
 *
 * The page is an object: "items" are spaces as GET /v1/spaces shows them, "policies" those that
 * they name, "next" the cursor of the next page.
 */
#ifndef BOOKING_SPACES_READ_H
#define BOOKING_SPACES_READ_H

#include <apr_tables.h>
#include <httpd.h>

#include "bk_json.h"
#include "booking_spaces.h"

typedef struct booking_spaces_page_t {
    apr_array_header_t *spaces; /* of const booking_space_t * */
    const char *next;           /* NULL: this is the last page */
} booking_spaces_page_t;

/**
 * Read a page.
 * @param body  what is read borrows its texts
 * @param page  set
 * @param r     what is wrong with a space or a policy is logged there; NULL: it is not
 * @param p     the page lives here
 * @return NULL, or what is wrong with the page
 */
const char *booking_spaces_read(const bk_json_t *body, booking_spaces_page_t *page, request_rec *r,
                                apr_pool_t *p);

#endif
