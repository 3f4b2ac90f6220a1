/* What is searched for, and names that are sorted; and texts that are searched by words. */
#include "fuzz.h"

#include "bk_fold.h"
#include "bk_json.h"
#include "bk_search.h"

#define MOST 4

/* A text has all of its own words. */
static void check_words(const char *text, apr_pool_t *p)
{
    const char *search, *words[MOST];
    int count, i;

    fuzz_assert(bk_search_text(&search, &text, 1, p) == APR_SUCCESS);
    fuzz_assert(bk_search_words(words, MOST, &count, text, p) == APR_SUCCESS);
    fuzz_assert((*search == '\0') == (count == 0));
    for (i = 0; i < count && i < MOST; i++) {
        fuzz_assert(words[i][0] == ' ' && strstr(search, words[i]));
    }
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *text = fuzz_text(data, size);
    const char *folded, *again, *key;
    size_t len = strlen(text);

    if (bk_fold_search(&folded, text, p) == APR_SUCCESS) {
        len = strlen(folded);
        fuzz_assert(!len || bk_json_is_text(folded, len));
        fuzz_assert(!len || (folded[0] != ' ' && folded[len - 1] != ' '));
        fuzz_assert(bk_fold_search(&again, folded, p) == APR_SUCCESS && strcmp(again, folded) == 0);
        fuzz_assert(bk_fold_sort(&key, text, p) == APR_SUCCESS);
        fuzz_assert(bk_fold_sort(&again, folded, p) == APR_SUCCESS && strcmp(again, key) == 0);
        check_words(text, p);
    }
    else {
        fuzz_assert(bk_fold_sort(&key, text, p) != APR_SUCCESS);
    }
    free(text);
}
