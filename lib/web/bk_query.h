/* bk_query: parses the query string of a request by a table of its parameters
 * (lib/base/bk_input.h).
 *
 * The format is application/x-www-form-urlencoded (WHATWG URL, section 5), parsed strictly: '+' is
 * a blank, "%2B" is a plus, an invalid escape is refused and not kept as it is (RFC 3986, section
 * 2.1), and decoded texts have to be UTF-8 without NUL. Parameters that are not in the table are
 * refused, so that a misspelt filter does not return everything; so are repeated parameters, unless
 * their row is BK_INPUT_REPEATED. All faults are collected.
 *
 * A list (BK_INPUT_LIST) is split at its commas after decoding, because some clients escape them;
 * so no element can contain a comma. In the offset of an instant a blank is read as a plus, because
 * "from=2030-05-14T10:00:00+03:00" decodes to one.
 *
 * Any thread may call.
 */
#ifndef BK_QUERY_H
#define BK_QUERY_H

#include "bk_fault.h"
#include "bk_input.h"

/** The highest number of pairs in one query string. */
#define BK_QUERY_MOST 250

/**
 * Parse a query string.
 * @param rows    the table, which is constant, because the input points to it; without
 *                BK_INPUT_OBJECT and BK_INPUT_MAP
 * @param query   the part of the URI behind '?'; NULL if there is none
 * @param faults  receives the faults, whose pointers are the names of parameters: "/limit"
 * @param p       pool that the input lives in
 * @return the input, never NULL. Use it only if no fault was added
 */
const bk_input_t *bk_query_read(const bk_input_row_t *rows, const char *query, bk_faults_t *faults,
                                apr_pool_t *p);

#endif
