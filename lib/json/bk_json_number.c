#include "bk_json_number.h"

#include <string.h>

#define DIGITS 18 /* every number of so many digits fits into 64 bits */

static apr_size_t skip_digits(const char *data, apr_size_t at, apr_size_t len)
{
    while (at < len && data[at] >= '0' && data[at] <= '9') {
        at++;
    }
    return at;
}

/* @return the end of the fraction and the exponent that begin at @a at; @a at if there are none */
static apr_size_t skip_fraction(const char *data, apr_size_t at, apr_size_t len)
{
    apr_size_t end = at < len && data[at] == '.' ? skip_digits(data, at + 1, len) : at;

    return end > at + 1 ? end : at;
}

static apr_size_t skip_exponent(const char *data, apr_size_t at, apr_size_t len)
{
    apr_size_t digits = at + 1, end;

    if (at == len || (data[at] != 'e' && data[at] != 'E')) {
        return at;
    }
    if (digits < len && (data[digits] == '+' || data[digits] == '-')) {
        digits++;
    }
    end = skip_digits(data, digits, len);
    return end > digits ? end : at;
}

/* @return the end of the digits before a fraction. A number that begins with 0 has one such digit:
 *         JSON allows no leading zeros, so Jansson refuses a digit behind it. */
static apr_size_t skip_integer(const char *data, apr_size_t at, apr_size_t len)
{
    return data[at] == '0' ? at + 1 : skip_digits(data, at, len);
}

/* Overwrite a number by a zero with an exponent. All numbers that are replaced have at least three
 * characters. The new number ends in an exponent, so that invalid text stays invalid: 1e400e1 is
 * not a number, and neither is 0e000e1. */
static void replace(char *number, apr_size_t len)
{
    memset(number, '0', len);
    number[1] = 'e';
}

/* Whether an integer fits into 64 bits. One of up to 18 digits does, one of more than 19 does not;
 * one of 19 digits is compared with the limit. */
static int is_int64(const char *digits, apr_size_t len, int is_negative)
{
    static const char least[] = "9223372036854775808";

    if (len <= DIGITS) {
        return 1;
    }
    return len == sizeof(least) - 1 && memcmp(digits, least, len) < (is_negative ? 1 : 0);
}

/* Replace the number whose first digit is at @a at, if it is not a 64-bit integer.
 * @return its end */
static apr_size_t tame(char *data, apr_size_t at, apr_size_t len)
{
    int is_negative = at > 0 && data[at - 1] == '-';
    apr_size_t integer = skip_integer(data, at, len);
    apr_size_t end = skip_exponent(data, skip_fraction(data, integer, len), len);

    if (end > integer || !is_int64(data + at, integer - at, is_negative)) {
        replace(data + at, end - at);
    }
    return end;
}

/* @return the end of the string that begins at @a at, behind the closing quotation mark */
static apr_size_t skip_text(const char *data, apr_size_t at, apr_size_t len)
{
    while (at < len && data[at] != '"') {
        at += data[at] == '\\' ? 2 : 1;
    }
    return at + 1;
}

void bk_json_number_tame(char *data, apr_size_t len)
{
    apr_size_t at = 0;

    while (at < len) {
        if (data[at] == '"') {
            at = skip_text(data, at + 1, len);
        }
        else if (data[at] >= '0' && data[at] <= '9') {
            at = tame(data, at, len);
        }
        else {
            at++;
        }
    }
}
