/* bk_json_number: numbers that JSON (RFC 8259, section 6) has and a machine's types have not.
 *
 * JSON bounds neither the digits nor the exponent of a number. Jansson reads integers into 64 bits
 * and all else into a double, and refuses the whole text where one does not fit: 1e400, or thirty
 * digits, in a member that nobody asks for. No member of ours is anything but an integer of 64
 * bits, so the value of every other number is of no interest, and a number that any type holds can
 * stand for it.
 *
 * Nothing here keeps state: every function may be called by any thread.
 */
#ifndef BK_JSON_NUMBER_H
#define BK_JSON_NUMBER_H

#include <apr.h>

/**
 * Replace, within a text, every number that is no integer of 64 bits by a zero of as many
 * characters that is none either ("0e0"). What was JSON stays JSON and what was none stays none,
 * with everything else where it was.
 * @param data  the bytes, which need not end in NUL; changed in place
 * @param len   how many
 */
void bk_json_number_tame(char *data, apr_size_t len);

#endif
