/* bk_text: strict parsing of the small texts in requests.
 *
 * Nothing here allocates or keeps state: every function may be called by any thread.
 */
#ifndef BK_TEXT_H
#define BK_TEXT_H

#include <apr.h>

/**
 * Read a decimal integer: an optional '-', then digits, and nothing else. No plus sign, no blank,
 * no exponent, unlike strtoll().
 * @param text   NUL-terminated; may be empty
 * @param value  set when 1 is returned
 * @return 1 if @a text is an integer that fits 64 bits, else 0
 */
int bk_text_int(const char *text, apr_int64_t *value);

/** Read an id as bk_text_int() reads an integer: it is positive. @return 1, or 0 if it is none */
int bk_text_id(const char *text, apr_int64_t *id);

#define BK_TEXT_INT 21 /* bytes of the longest 64-bit integer, with its sign and a NUL */

/**
 * Write a decimal integer: faster than apr_psprintf(), for frequent answers.
 * @param room  buffer for the digits
 * @return the first digit, within @a room; the text ends with a NUL at the end of @a room
 */
const char *bk_text_of_int(apr_int64_t value, char room[BK_TEXT_INT]);

/** Tell whether a text is UTF-8 as RFC 3629 has it: no surrogate, nothing longer than need be.
 *  @param text  NUL-terminated
 *  @return 1 or 0 */
int bk_text_is_utf8(const char *text);

/**
 * Count the characters (Unicode code points) of valid UTF-8.
 * @param text  valid UTF-8, as JSON parsing guarantees
 * @param len   its length in bytes
 */
apr_size_t bk_text_chars(const char *text, apr_size_t len);

/**
 * Tell whether a text holds a control character: C0 (NUL to US), DEL, or C1 (U+0080 to U+009F).
 * @param text  valid UTF-8
 * @param len   its length in bytes
 * @return 1 or 0
 */
int bk_text_has_control(const char *text, apr_size_t len);

#endif
