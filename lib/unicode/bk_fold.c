#include "bk_fold.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

#include "bk_utf16.h"

/* ---- letters ------------------------------------------------------------------------------------
 */

/* Marks of voice (dakuten) are written as characters of no script of their own, as accents are, but
 * tell か from が. */
static int is_kana_mark(UChar32 c)
{
    return c == 0x3099 || c == 0x309A;
}

/* A mark that tells how a letter is read, not which it is: characters of no script of their own
 * are for those that have accents, and vowels of Hebrew and Arabic are left out by most who write
 * them. */
static int is_accent(UChar32 c)
{
    UErrorCode error = U_ZERO_ERROR;

    if (u_charType(c) != U_NON_SPACING_MARK || is_kana_mark(c)) {
        return 0;
    }
    switch (uscript_getScript(c, &error)) {
    case USCRIPT_INHERITED:
    case USCRIPT_HEBREW:
    case USCRIPT_ARABIC:
        return 1;
    default:
        return 0;
    }
}

/* Letters that Unicode takes for one of their own, and who searches has not on the keyboard.
 * @return NULL: it is none of them */
static const char *spelling(UChar32 c)
{
    static const struct {
        UChar32 c;
        const char *spelling;
    } rows[] = {
        {0xe6, "ae"}, {0xf0, "d"},  {0xf8, "o"},  {0xfe, "th"},  {0x111, "d"}, {0x127, "h"},
        {0x131, "i"}, {0x142, "l"}, {0x14b, "n"}, {0x153, "oe"}, {0x167, "t"},
    };
    unsigned int i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].c == c) {
            return rows[i].spelling;
        }
    }
    return NULL;
}

/* A blank is written when something follows it, and something stands before it. */
static void add(bk_utf16_t *to, UChar32 c, int *is_blank)
{
    const char *letters = spelling(c);

    if (*is_blank && to->len) {
        bk_utf16_add(to, ' ');
    }
    *is_blank = 0;
    if (!letters) {
        bk_utf16_add(to, c);
    }
    for (; letters && *letters; letters++) {
        bk_utf16_add(to, *letters);
    }
}

/* @param from  decomposed: accents stand behind their letters */
static void strip(bk_utf16_t *to, const bk_utf16_t *from, apr_pool_t *p)
{
    int32_t i = 0;
    int is_blank = 0;
    UChar32 c;

    bk_utf16_make_room(to, from->len * 2, p);
    while (i < from->len) {
        U16_NEXT(from->chars, i, from->len, c);
        if (u_isUWhiteSpace(c)) {
            is_blank = 1;
        }
        else if (!is_accent(c)) {
            add(to, c, &is_blank);
        }
    }
}

apr_status_t bk_fold_search(const char **folded, const char *text, apr_pool_t *p)
{
    bk_utf16_t written, small, apart, bare, together;
    apr_status_t rv = bk_utf16_from_utf8(&written, text, p);

    if (rv == APR_SUCCESS) {
        rv = bk_utf16_normalise(&small, &written, unorm2_getNFKCCasefoldInstance, p);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_utf16_normalise(&apart, &small, unorm2_getNFDInstance, p);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    strip(&bare, &apart, p);
    rv = bk_utf16_normalise(&together, &bare, unorm2_getNFCInstance, p);
    return rv == APR_SUCCESS ? bk_utf16_to_utf8(folded, &together, p) : rv;
}

/* ---- numbers ------------------------------------------------------------------------------------
 */

#define DIGITS "0123456789"
#define FEW 8 /* digits that one digit of the length stands for */

/* How many digits a number has, and the digits: of two numbers the longer one is the larger. The
 * length is a digit from 1 to 8, and before it a 9 for each further eight digits.
 * @return the place behind what was written */
static char *write_number(char *to, const char *digits, size_t len)
{
    size_t left;

    for (; len > 1 && *digits == '0'; len--) {
        digits++;
    }
    for (left = len; left > FEW; left -= FEW) {
        *to++ = '9';
    }
    *to++ = (char)('0' + left);
    memcpy(to, digits, len);
    return to + len;
}

apr_status_t bk_fold_sort(const char **key, const char *text, apr_pool_t *p)
{
    const char *folded;
    char *to;
    apr_status_t rv = bk_fold_search(&folded, text, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    to = apr_palloc(p, 2 * strlen(folded) + 1);
    *key = to;
    while (*folded) {
        size_t len = strspn(folded, DIGITS);

        if (len) {
            to = write_number(to, folded, len);
            folded += len;
        }
        else {
            *to++ = *folded++;
        }
    }
    *to = '\0';
    return APR_SUCCESS;
}
