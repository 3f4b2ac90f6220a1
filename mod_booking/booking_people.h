/* booking_people: what people are called, and whether they are there, by the user service.
 *
 * One call asks for up to 200 people, on behalf of the caller, through the circuit breaker of the
 * user service. What is read may be five seconds old, unless the client asks for X-Consistency:
 * strong. What was learned lives as long as the request, and belongs to it. The store must not be
 * held meanwhile.
 */
#ifndef BOOKING_PEOPLE_H
#define BOOKING_PEOPLE_H

#include <apr_hash.h>

#include "bk_json_text.h"
#include "bk_request.h"

/**
 * Learn what people are called, for booking_people_name(). If the user service gives no answer,
 * nobody is.
 * @param ids  any; the caller's own, and those that are nobody's, such as 0 and BK_FIELD_NONE, are
 *             not asked for
 * @return 0: the user service was asked, and gave no answer; else 1
 */
int booking_people_learn(bk_request_t *request, const apr_int64_t *ids, int count);

/**
 * Have what is learned kept by a table that lives longer than the request's pool, as where a long
 * list is written in parts: a part need not ask for those whom another one asked for.
 * @param names  an empty table, or one that was given to this function before; copies are made in
 *               its pool
 */
void booking_people_keep_in(const bk_request_t *request, apr_hash_t *names);

/** What somebody is called: the caller, or who was learned of. @return NULL: it is not known */
const char *booking_people_name(const bk_request_t *request, apr_int64_t id);

/** Write somebody, as the member @a name: {"id":"7","name":"Ann"}, or null for the name. */
void booking_people_write(bk_json_text_t *text, const char *name, const bk_request_t *request,
                          apr_int64_t id);

/**
 * Check that those are there who are named in the body of a request: an owner, and participants.
 * They are known to booking_people_name() then.
 * @param member  where the owner stands, if it is not the caller
 * @param owner   whom the booking is for; 0: it stays whose it is
 * @return BK_CONTINUE; else the request's result: somebody is not there, or the user service gave
 *         no answer
 */
int booking_people_check(bk_request_t *request, const char *member, apr_int64_t owner);

#endif
