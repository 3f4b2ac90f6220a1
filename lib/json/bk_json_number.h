/* bk_json_number: numbers that are valid in JSON (RFC 8259, section 6) and fit no type of C.
 *
 * JSON limits neither the digits nor the exponent of a number. Jansson reads integers into 64 bits
 * and all other numbers into a double, and refuses the whole text if one does not fit, such as
 * 1e400 or thirty digits, even in a member that no one reads. All numbers of our API are 64-bit
 * integers, so the value of any other number does not matter, and a small number can replace it.
 *
 * Any thread may call.
 */
#ifndef BK_JSON_NUMBER_H
#define BK_JSON_NUMBER_H

#include <apr.h>

/**
 * Replace every number in a text that is not a 64-bit integer by a zero of the same length that is
 * not an integer either ("0e0"). Valid JSON stays valid, invalid JSON stays invalid, and all other
 * bytes keep their positions.
 * @param data  the text, which need not end in NUL; changed in place
 * @param len   its length in bytes
 */
void bk_json_number_tame(char *data, apr_size_t len);

#endif
