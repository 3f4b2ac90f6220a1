#include "bk_search.h"

#include <string.h>

#include <apr_strings.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "bk_fold.h"

/* Characters of a word: what is longer is cut, in texts and in what is looked for. */
#define WORD_MOST 200

/* Letters, digits, and the marks on them. */
static int is_of_word(UChar32 c)
{
    return u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK);
}

static int is_ideograph(UChar32 c)
{
    return u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC);
}

/* Whether a word begins between two characters that no blank is between. */
static int begins_word(UChar32 before, UChar32 c)
{
    return is_of_word(c) && (!is_of_word(before) || is_ideograph(c) || is_ideograph(before));
}

/* Append a folded text, with a blank before each word. @return the end of what was written */
static char *write_words(char *to, const char *folded)
{
    int32_t i = 0, start = 0, len = (int32_t)strlen(folded);
    UChar32 before = ' ', c;
    int chars = 0;

    while (i < len) {
        start = i;
        U8_NEXT(folded, i, len, c);
        if (c != ' ' && (before == ' ' || begins_word(before, c))) {
            *to++ = ' ';
            chars = 0;
        }
        if (c != ' ' && chars++ < WORD_MOST) {
            memcpy(to, folded + start, (size_t)(i - start));
            to += i - start;
        }
        before = c;
    }
    *to = '\0';
    return to;
}

/* Each character may begin a word, and the first has no blank before it yet. */
static apr_size_t room_for(const char *folded)
{
    return 2 * strlen(folded) + 1;
}

apr_status_t bk_search_text(const char **search, const char *const *parts, int count, apr_pool_t *p)
{
    const char **folded = apr_pcalloc(p, ((apr_size_t)count + 1) * sizeof(*folded));
    apr_size_t room = 1;
    char *to;
    int i;

    for (i = 0; i < count; i++) {
        apr_status_t rv = bk_fold_search(&folded[i], parts[i] ? parts[i] : "", p);

        if (rv != APR_SUCCESS) {
            return rv;
        }
        room += room_for(folded[i]);
    }
    to = apr_pcalloc(p, room);
    *search = to;
    for (i = 0; i < count; i++) {
        to = write_words(to, folded[i]);
    }
    return APR_SUCCESS;
}

apr_status_t bk_search_words(const char **words, int most, int *count, const char *text,
                             apr_pool_t *p)
{
    const char *folded;
    char *rest, *word;
    apr_status_t rv = bk_fold_search(&folded, text, p);

    *count = 0;
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rest = apr_pstrdup(p, folded);
    while ((word = strsep(&rest, " "))) {
        if (*word && (*count)++ < most) {
            char *to = apr_palloc(p, room_for(word));

            write_words(to, word);
            words[*count - 1] = to;
        }
    }
    return APR_SUCCESS;
}

/* The longest of some words, which most likely is in few texts. @return how long it is */
static apr_size_t longest(const char **word, const char *words)
{
    apr_size_t most = 0, len;

    for (words += strspn(words, " "); *words; words += len + strspn(words + len, " ")) {
        len = strcspn(words, " ");
        if (len > most) {
            *word = words;
            most = len;
        }
    }
    return most;
}

/* Make a text the first one that is behind all that begin with it: its last character becomes the
 * next one; that of the last character of all is none, so that the one before it does.
 * @param text  has room for one more byte
 * @return 0: there is none */
static int step_behind(char *text)
{
    int32_t len = (int32_t)strlen(text), at;
    UChar32 c;

    while (len > 0) {
        at = len;
        U8_PREV(text, 0, at, c);
        if (c >= 0 && c < UCHAR_MAX_VALUE) {
            c = U_IS_SURROGATE(c + 1) ? 0xE000 : c + 1;
            U8_APPEND_UNSAFE(text, at, c);
            text[at] = '\0';
            return 1;
        }
        len = at;
    }
    return 0;
}

int bk_search_range(const char **from, const char **to, const char *words, int is_whole,
                    apr_pool_t *p)
{
    const char *word = NULL;
    apr_size_t len = longest(&word, words);
    char *behind;

    if (len == 0) {
        return 0;
    }
    *from = apr_pstrmemdup(p, word, len);
    if (is_whole || word[len]) {
        *to = apr_pstrcat(p, *from, "\x01", NULL); /* no text is between them */
        return 1;
    }
    behind = apr_pstrcat(p, *from, " ", NULL);
    behind[len] = '\0';
    *to = behind;
    return step_behind(behind);
}
