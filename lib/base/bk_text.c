#include "bk_text.h"

#include <string.h>

#include <unicode/utf8.h>

int bk_text_int(const char *text, apr_int64_t *value)
{
    int negative = *text == '-';
    apr_int64_t n = 0;

    if (negative) {
        text++;
    }
    if (!*text) {
        return 0;
    }
    /* Counted downwards, because the lowest integer has no positive counterpart. */
    for (; *text; text++) {
        int digit = *text - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(n, 10, &n) ||
            __builtin_sub_overflow(n, digit, &n)) {
            return 0;
        }
    }
    if (!negative && __builtin_sub_overflow(0, n, &n)) {
        return 0;
    }
    *value = n;
    return 1;
}

int bk_text_id(const char *text, apr_int64_t *id)
{
    return bk_text_int(text, id) && *id > 0;
}

const char *bk_text_of_int(apr_int64_t value, char room[BK_TEXT_INT])
{
    static const char pairs[] = "0001020304050607080910111213141516171819"
                                "2021222324252627282930313233343536373839"
                                "4041424344454647484950515253545556575859"
                                "6061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";
    char *first = room + BK_TEXT_INT - 1;
    apr_uint64_t left = value < 0 ? 0 - (apr_uint64_t)value : (apr_uint64_t)value;

    *first = '\0';
    for (; left >= 100; left /= 100) {
        first -= 2;
        memcpy(first, pairs + 2 * (left % 100), 2);
    }
    *--first = pairs[2 * left + 1];
    if (left >= 10) {
        *--first = pairs[2 * left];
    }
    if (value < 0) {
        *--first = '-';
    }
    return first;
}

/* A sequence that is cut off ends in the NUL, which continues none. */
int bk_text_is_utf8(const char *text)
{
    const apr_size_t longest = 4;
    UChar32 character;

    for (;;) {
        int32_t read = 0;

        while ((unsigned char)(*text - 1) < 0x7F) {
            text++;
        }
        if (!*text) {
            return 1;
        }
        U8_NEXT((const uint8_t *)text, read, (int32_t)strnlen(text, longest), character);
        if (character < 0) {
            return 0;
        }
        text += read;
    }
}

apr_size_t bk_text_chars(const char *text, apr_size_t len)
{
    apr_size_t i, chars = 0;

    for (i = 0; i < len; i++) {
        chars += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return chars;
}

int bk_text_has_control(const char *text, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        unsigned char next = i + 1 < len ? (unsigned char)text[i + 1] : 0;
        if (c < 0x20 || c == 0x7F || (c == 0xC2 && next >= 0x80 && next <= 0x9F)) {
            return 1;
        }
    }
    return 0;
}
