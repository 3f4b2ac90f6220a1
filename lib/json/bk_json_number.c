#include "bk_json_number.h"

#include <string.h>

#define DIGITS 18 /* as many as 64 bits hold, whatever they are */

static apr_size_t skip_digits(const char *data, apr_size_t at, apr_size_t len)
{
    while (at < len && data[at] >= '0' && data[at] <= '9') {
        at++;
    }
    return at;
}

/* Where a fraction, and an exponent, end that begin here; where none does, here. */
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

/* No integer begins with a zero: what follows one, if anything, is another number, and wrong. */
static apr_size_t skip_integer(const char *data, apr_size_t at, apr_size_t len)
{
    return data[at] == '0' ? at + 1 : skip_digits(data, at, len);
}

/* A number of at least three characters, which all that is replaced has. It ends in an exponent,
 * which nothing can go on with: 1e400e1 was no number, and is none as 0e000e1. */
static void replace(char *number, apr_size_t len)
{
    memset(number, '0', len);
    number[1] = 'e';
}

/* Of up to eighteen digits an integer fits, of more than nineteen it does not: only those of
 * nineteen have to be compared. */
static int is_int64(const char *digits, apr_size_t len, int is_negative)
{
    static const char least[] = "9223372036854775808";

    if (len <= DIGITS) {
        return 1;
    }
    return len == sizeof(least) - 1 && memcmp(digits, least, len) < (is_negative ? 1 : 0);
}

/* @return where the number ends whose first digit is here */
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

/* @return where the text ends that begins here, behind its quotation mark */
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
