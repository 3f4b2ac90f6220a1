/* bk_caller: who is calling, for services that have to ask the user service. */
#ifndef BK_CALLER_H
#define BK_CALLER_H

#include "bk_request.h"

/**
 * Ask the user service whose credentials a request carries.
 * @param dependency  which of the service's dependencies the user service is
 * @return BK_CONTINUE, with request->caller set; else the request's result
 */
int bk_caller(bk_request_t *request, int dependency);

/**
 * Tell httpd who is calling, once that is known: r->user, which access logs show as %u, is the
 * user's name; the variable BOOKABLE_USER_ID, which they show as %{BOOKABLE_USER_ID}e, is the id,
 * for names need not be unique. Of a call from another service nothing is told: nobody logs it.
 */
void bk_caller_known(const bk_request_t *request);

#endif
