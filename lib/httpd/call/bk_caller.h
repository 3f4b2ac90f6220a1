/* bk_caller: authentication of callers, for services that ask the user service for it. */
#ifndef BK_CALLER_H
#define BK_CALLER_H

#include "bk_request.h"

/**
 * Ask the user service who the caller is, by the credentials in a request.
 * @param dependency  which of the service's dependencies the user service is
 * @return BK_CONTINUE, with request->caller set; else the handler's result
 */
int bk_caller(bk_request_t *request, int dependency);

/**
 * Whether a subrequest has a note that says who its caller is, by the user service that this
 * service asks, too.
 * @param path  URL path of that
 */
int bk_caller_is_told(const request_rec *sub, const char *path);

/**
 * The credentials of a request as a value of the Authorization header, for a call on behalf of the
 * caller. @return NULL: there are none
 */
const char *bk_caller_authorization(const bk_request_t *request);

/**
 * Note the authenticated caller in the request, for access logs: the user's name in r->user (%u),
 * and the id in the variable BOOKABLE_USER_ID (%{BOOKABLE_USER_ID}e), because names need not be
 * unique. Subrequests get neither: they are not logged.
 */
void bk_caller_known(const bk_request_t *request);

#endif
