#include "bk_name.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "bk_text.h"
#include "bk_utf16.h"

/* The most characters that folding or decomposition makes of one: Unicode Normalization FAQ, "What
 * are the maximum expansion factors". Skeletons expand less. */
#define EXPANSION 18

static int is_ascii(const char *name)
{
    while (*name && !(*name & 0x80)) {
        name++;
    }
    return !*name;
}

/* ---- one form -----------------------------------------------------------------------------------
 */

apr_status_t bk_name_normalise(const char **nfc, const char *name, apr_pool_t *p)
{
    bk_utf16_t text, form;
    apr_status_t rv;

    *nfc = name;
    if (is_ascii(name)) {
        return APR_SUCCESS;
    }
    rv = bk_utf16_from_utf8(&text, name, p);
    if (rv == APR_SUCCESS) {
        rv = bk_utf16_normalise(&form, &text, unorm2_getNFCInstance, p);
    }
    if (rv == APR_SUCCESS && (form.len != text.len || u_memcmp(form.chars, text.chars, form.len))) {
        rv = bk_utf16_to_utf8(nfc, &form, p);
    }
    return rv;
}

apr_status_t bk_name_fold(const char **folded, const char *text, apr_pool_t *p)
{
    bk_utf16_t from, form;
    apr_status_t rv = bk_utf16_from_utf8(&from, text, p);

    if (rv == APR_SUCCESS) {
        rv = bk_utf16_normalise(&form, &from, unorm2_getNFKCCasefoldInstance, p);
    }
    return rv == APR_SUCCESS ? bk_utf16_to_utf8(folded, &form, p) : rv;
}

apr_size_t bk_name_chars(const char *text, apr_pool_t *p)
{
    int32_t i = 0, len;
    apr_size_t count = 0;
    UChar32 c;

    if (is_ascii(text) || bk_name_normalise(&text, text, p) != APR_SUCCESS) {
        return bk_text_chars(text, strlen(text));
    }
    for (len = (int32_t)strlen(text); i < len;) {
        U8_NEXT(text, i, len, c);
        count += !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
    }
    return count;
}

/* ---- what nobody sees ---------------------------------------------------------------------------
 */

static const char *wrong_with(UChar32 c)
{
    switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
        return "A user name must not contain control characters";
    case U_UNASSIGNED:
    case U_PRIVATE_USE_CHAR:
    case U_SURROGATE:
        return "A user name must contain only characters that Unicode has assigned";
    default:
        break;
    }
    return u_charType(c) == U_FORMAT_CHAR ||
                   u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)
               ? "A user name must not contain format characters: none that is invisible, or that "
                 "turns the direction of the text"
               : NULL;
}

#define BRAILLE_BLANK 0x2800 /* a symbol, by its category */

/* Characters that show nothing by themselves: blanks, and marks on the letter before them. */
static int is_unseen(UChar32 c)
{
    return u_isUWhiteSpace(c) || c == BRAILLE_BLANK || (U_MASK(u_charType(c)) & U_GC_M_MASK);
}

const char *bk_name_wrong(const char *name)
{
    int32_t i = 0, len = (int32_t)strlen(name);
    int is_blank = 1;

    bk_utf16_keep_loaded();
    while (i < len) {
        const char *wrong;
        UChar32 c;

        U8_NEXT(name, i, len, c);
        wrong = c < 0 ? "A user name must be UTF-8" : wrong_with(c);
        if (wrong) {
            return wrong;
        }
        is_blank = is_blank && is_unseen(c);
    }
    return is_blank ? "A user name must not be blank" : NULL;
}

/* ---- what looks alike ---------------------------------------------------------------------------
 */

/* Look-alikes that are neither among Unicode's confusables nor recognizable by their Unicode names:
 * letters that look like a turned Latin letter, or that readers of Latin take for one. Digits of
 * any script are replaced by their value. */
static UChar32 read_as(UChar32 c)
{
    static const struct {
        UChar32 c, read_as;
    } rows[] = {
        {0x14a, 'n'},               /* eng, capital and small */
        {0x14b, 'n'}, {0x28d, 'm'}, /* turned w */
        {0x42f, 'r'},               /* Cyrillic ya, capital and small */
        {0x44f, 'r'}, {0x418, 'n'}, /* Cyrillic i */
        {0x438, 'n'}, {0x43f, 'n'}, /* Cyrillic pe */
        {0x572, 'n'},               /* Armenian ghad */
    };
    int32_t digit = u_charDigitValue(c);
    unsigned int i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].c == c) {
            return rows[i].read_as;
        }
    }
    return digit < 0 ? 0 : '0' + digit;
}

/* @return the position behind any of the words that may precede a letter in a Unicode name */
static const char *behind_words(const char *at)
{
    static const char *const words[] = {"SMALL CAPITAL ", "LETTER ", "TURNED ", "REVERSED "};
    unsigned int i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strncmp(at, words[i], strlen(words[i])) == 0) {
            at += strlen(words[i]);
        }
    }
    return at;
}

/* The Latin letter of which a character is a variant, with strokes, hooks or accents, as a small
 * capital, turned, in a circle or a box, by its Unicode name.
 * @return 0: the character is no such variant */
static UChar32 latin_letter(UChar32 c)
{
    static const char letter[] = "LETTER ";
    UErrorCode error = U_ZERO_ERROR;
    char name[128];
    const char *at;

    u_charName(c, U_UNICODE_CHAR_NAME, name, sizeof(name), &error);
    if (U_FAILURE(error) || !(strstr(name, "LATIN ") || strstr(name, "REGIONAL INDICATOR"))) {
        return 0;
    }
    at = strstr(name, letter);
    at = at ? behind_words(at + sizeof(letter) - 1) : NULL;
    return at && at[0] >= 'A' && at[0] <= 'Z' && (!at[1] || at[1] == ' ') ? u_tolower(at[0]) : 0;
}

static void to_latin(bk_utf16_t *to, const bk_utf16_t *from, apr_pool_t *p)
{
    int32_t i = 0;
    UChar32 c, letter;

    bk_utf16_make_room(to, from->len * 2, p);
    while (i < from->len) {
        U16_NEXT(from->chars, i, from->len, c);
        letter = c < 0x80 ? 0 : read_as(c);
        if (c >= 0x80 && !letter) {
            letter = latin_letter(c);
        }
        bk_utf16_add(to, letter ? letter : c);
    }
}

static apr_status_t skeleton(bk_utf16_t *to, const bk_utf16_t *from, USpoofChecker *spoof,
                             apr_pool_t *p)
{
    UErrorCode error = U_ZERO_ERROR;

    bk_utf16_make_room(to, from->len * EXPANSION, p);
    if (from->len == 0) {
        return APR_SUCCESS; /* ICU refuses an empty text */
    }
    to->len = uspoof_getSkeleton(spoof, 0, from->chars, from->len, to->chars, to->room, &error);
    return U_SUCCESS(error) ? APR_SUCCESS : APR_EGENERAL;
}

static apr_status_t fold(bk_utf16_t *to, const bk_utf16_t *from, apr_pool_t *p)
{
    UErrorCode error = U_ZERO_ERROR;

    bk_utf16_make_room(to, from->len * EXPANSION, p);
    to->len =
        u_strFoldCase(to->chars, to->room, from->chars, from->len, U_FOLD_CASE_DEFAULT, &error);
    return U_SUCCESS(error) ? APR_SUCCESS : APR_EGENERAL;
}

/* Keep only letters and digits, and map those that differ in one stroke to one of them. */
static void strip(bk_utf16_t *to, const bk_utf16_t *from, apr_pool_t *p)
{
    int32_t i = 0;
    UChar32 c;

    bk_utf16_make_room(to, from->len, p);
    while (i < from->len) {
        U16_NEXT(from->chars, i, from->len, c);
        if (u_isalnum(c)) {
            bk_utf16_add(to, c == 'i' || c == '1' ? 'l' : c == '0' ? 'o' : c);
        }
    }
}

/* Capitals and small letters have different look-alikes: so the skeleton is taken before the case
 * is folded, and again afterwards, without the accents that a skeleton separates from their
 * letters. */
static apr_status_t shape(bk_utf16_t *to, const bk_utf16_t *from, USpoofChecker *spoof,
                          apr_pool_t *p)
{
    bk_utf16_t latin, capitals, small, again, last;
    apr_status_t rv;

    to_latin(&latin, from, p);
    rv = skeleton(&capitals, &latin, spoof, p);
    if (rv == APR_SUCCESS) {
        rv = fold(&small, &capitals, p);
    }
    if (rv == APR_SUCCESS) {
        to_latin(&again, &small, p);
        rv = skeleton(&last, &again, spoof, p);
    }
    if (rv == APR_SUCCESS) {
        strip(to, &last, p);
    }
    return rv;
}

/* The forms of a name that are compared: as written, with compatibility characters replaced, and in
 * capitals, because some small letters have no look-alikes while their capitals do. */
typedef struct look_t {
    bk_utf16_t written;
    bk_utf16_t folded;
    bk_utf16_t capitals;
} look_t;

static apr_status_t raise_case(bk_utf16_t *to, const bk_utf16_t *from, apr_pool_t *p)
{
    UErrorCode error = U_ZERO_ERROR;

    bk_utf16_make_room(to, from->len * EXPANSION, p);
    to->len = u_strToUpper(to->chars, to->room, from->chars, from->len, "", &error);
    return U_SUCCESS(error) ? APR_SUCCESS : APR_EGENERAL;
}

static apr_status_t look_at(look_t *look, const char *name, USpoofChecker *spoof, apr_pool_t *p)
{
    bk_utf16_t text, form, raised;
    apr_status_t rv = bk_utf16_from_utf8(&text, name, p);

    if (rv == APR_SUCCESS) {
        rv = raise_case(&raised, &text, p);
    }
    if (rv == APR_SUCCESS) {
        rv = shape(&look->capitals, &raised, spoof, p);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_utf16_normalise(&form, &text, unorm2_getNFKCCasefoldInstance, p);
    }
    if (rv == APR_SUCCESS) {
        rv = shape(&look->written, &text, spoof, p);
    }
    return rv == APR_SUCCESS ? shape(&look->folded, &form, spoof, p) : rv;
}

static int is_same(const bk_utf16_t *a, const bk_utf16_t *b)
{
    return a->len == b->len && a->len > 0 && u_memcmp(a->chars, b->chars, a->len) == 0;
}

static apr_status_t find_alike(const look_t *look, const char *const *reserved, const char **found,
                               USpoofChecker *spoof, apr_pool_t *p)
{
    look_t other;
    apr_status_t rv = APR_SUCCESS;

    for (; *reserved && !*found && rv == APR_SUCCESS; reserved++) {
        rv = look_at(&other, *reserved, spoof, p);
        if (rv == APR_SUCCESS &&
            (is_same(&look->written, &other.written) || is_same(&look->folded, &other.folded) ||
             is_same(&look->capitals, &other.capitals))) {
            *found = *reserved;
        }
    }
    return rv;
}

apr_status_t bk_name_resembles(const char *name, const char *const *reserved, const char **found,
                               apr_pool_t *p)
{
    UErrorCode error = U_ZERO_ERROR;
    USpoofChecker *spoof = uspoof_open(&error);
    look_t look;
    apr_status_t rv;

    *found = NULL;
    if (U_FAILURE(error)) {
        return APR_EGENERAL;
    }
    rv = look_at(&look, name, spoof, p);
    if (rv == APR_SUCCESS) {
        rv = find_alike(&look, reserved, found, spoof, p);
    }
    uspoof_close(spoof);
    return rv;
}
