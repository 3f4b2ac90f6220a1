#include "user_search.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "bk_fold.h"

/* What separates words: anything of ASCII that is no letter or digit. So patterns hold none of the
 * characters that LIKE takes for others, and an address is found by each of its parts. */
static int is_separator(char c)
{
    return (unsigned char)c < 0x80 && !apr_isalnum(c);
}

/* The next word of a folded text. @return NULL: there is none */
static const char *next_word(const char **text, apr_pool_t *p)
{
    const char *begin;

    while (**text && is_separator(**text)) {
        (*text)++;
    }
    for (begin = *text; **text && !is_separator(**text); (*text)++) {
    }
    return *text > begin ? apr_pstrmemdup(p, begin, (apr_size_t)(*text - begin)) : NULL;
}

/* Append the words of a text that is not folded yet, each behind a blank. */
static apr_status_t add(const char **words, const char *text, apr_pool_t *p)
{
    const char *folded, *word;
    apr_status_t rv;

    if (!text) {
        return APR_SUCCESS;
    }
    rv = bk_fold_search(&folded, text, p);
    while (rv == APR_SUCCESS && (word = next_word(&folded, p))) {
        *words = apr_pstrcat(p, *words, " ", word, NULL);
    }
    return rv;
}

/* Cut a key in front of a character, not within it. */
static const char *cut(const char *key, apr_pool_t *p)
{
    apr_size_t len = strlen(key);

    if (len <= USER_SEARCH_SORT) {
        return key;
    }
    for (len = USER_SEARCH_SORT; len > 0 && ((unsigned char)key[len] & 0xC0) == 0x80; len--) {
    }
    return apr_pstrmemdup(p, key, len);
}

apr_status_t user_search_make(user_search_t *search, const char *name, const char *display,
                              const char *login, const char *email, apr_pool_t *p)
{
    const char *const parts[] = {name, display, login, email};
    apr_status_t rv = bk_fold_sort(&search->sort_key, display ? display : name, p);
    unsigned int i;

    search->text = "";
    for (i = 0; i < sizeof(parts) / sizeof(parts[0]) && rv == APR_SUCCESS; i++) {
        rv = add(&search->text, parts[i], p);
    }
    if (rv == APR_SUCCESS) {
        search->sort_key = cut(search->sort_key, p);
    }
    return rv;
}

apr_status_t user_search_patterns(const char *patterns[USER_SEARCH_WORDS], const char *words,
                                  apr_pool_t *p)
{
    const char *folded, *word;
    apr_status_t rv = bk_fold_search(&folded, words, p);
    int i;

    if (rv != APR_SUCCESS) {
        return rv;
    }
    for (i = 0; i < USER_SEARCH_WORDS; i++) {
        word = next_word(&folded, p);
        patterns[i] = word ? apr_pstrcat(p, "% ", word, "%", NULL) : "%";
    }
    return next_word(&folded, p) ? APR_ENOSPC : APR_SUCCESS;
}
