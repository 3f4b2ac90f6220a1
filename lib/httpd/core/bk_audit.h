/* bk_audit: who did what, in lines of the error log that programs can read.
 *
 *     ID: event=role user=6036687152 by=94577202595 client=192.0.2.7 role=admin
 *
 * A line is a log id and fields, divided by one blank: a key of letters and hyphens, "=", and a
 * value without blanks. In values all bytes but letters, digits and - . _ ~ : @ / are
 * percent-encoded (RFC 3986, section 2.1), so that nothing that a client chose can look like
 * another field or another line. The level is notice. No field is ever a secret.
 */
#ifndef BK_AUDIT_H
#define BK_AUDIT_H

#include "bk_request.h"

/**
 * Write a line.
 * @param event  log id and event: its id, and "event=" and a word
 * @param user   whom it concerns, as a user id; 0: nobody is known. Written as "user"
 * @param by     who did it, as a user id; 0: nobody who is known. Written as "by"
 * @param ...    pairs of further keys and values, const char *, ending in NULL; a value of NULL is
 *               left out, with its key
 */
void bk_audit(const bk_request_t *request, const char *event, apr_int64_t user, apr_int64_t by,
              ...);

#endif
