/* bk_audit: security events (who did what), as lines of the error log that programs can parse.
 *
 *     ID: event=role user=6036687152 by=94577202595 client=192.0.2.7 role=admin
 *
 * A line is a log id and fields, separated by one blank. A field is a key of letters and hyphens,
 * "=", and a value without blanks. In values all bytes except letters, digits and - . _ ~ : @ / are
 * percent-encoded (RFC 3986, section 2.1), so that text from a client cannot look like another
 * field or another line. The log level is notice. No field holds a secret.
 */
#ifndef BK_AUDIT_H
#define BK_AUDIT_H

#include "bk_request.h"

/**
 * Log an event.
 * @param event  log id and event: its id, and "event=" and a word
 * @param user   id of the user concerned, logged as "user"; 0: none is known
 * @param by     id of the user who acted, logged as "by"; 0: none is known
 * @param ...    pairs of further keys and values, const char *, ending in NULL; a pair whose value
 *               is NULL is left out
 */
void bk_audit(const bk_request_t *request, const char *event, apr_int64_t user, apr_int64_t by,
              ...);

#endif
