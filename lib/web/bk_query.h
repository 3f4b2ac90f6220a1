/* bk_query: the query string of a request, read by the table that describes it
 * (lib/base/bk_input.h).
 *
 * Pairs of names and values as forms send them (application/x-www-form-urlencoded, WHATWG URL,
 * section 5), read strictly: a '+' is a blank, "%2B" a plus, an escape that is none is refused and
 * not left as it is (RFC 3986, section 2.1), and what is decoded has to be UTF-8 without NUL.
 * Parameters that no row has are refused, and so are those that stand there twice, unless their
 * row is BK_INPUT_REPEATED: a filter that is misspelt must not answer with everything. All faults
 * are collected.
 *
 * A list (BK_INPUT_LIST) is split at its commas when it is decoded, for programs escape them too:
 * no element holds one. An instant may have a blank where the plus of its offset belongs, as
 * "from=2030-05-14T10:00:00+03:00" has once it is decoded.
 *
 * Any thread may call.
 */
#ifndef BK_QUERY_H
#define BK_QUERY_H

#include "bk_fault.h"
#include "bk_input.h"

/** Pairs of one query string at the most. */
#define BK_QUERY_MOST 200

/**
 * Read a query string.
 * @param rows    constant: the input points to it. No BK_INPUT_OBJECT, no BK_INPUT_MAP
 * @param query   what stands behind the '?'; NULL: nothing does
 * @param faults  what is wrong is added to it, by the parameters' names: "/limit"
 * @param p       pool that the input lives in
 * @return what was given, never NULL. It is of use if no fault was added
 */
const bk_input_t *bk_query_read(const bk_input_row_t *rows, const char *query, bk_faults_t *faults,
                                apr_pool_t *p);

#endif
