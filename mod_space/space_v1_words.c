#include "space_v1_words.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_memo.h"
#include "bk_search.h"
#include "bk_time.h"

/* What is asked for: the beginnings of all words, and the ranges of the longest ones, which most
 * likely are the rarest. */
typedef struct wanted_t {
    const char *query;
    const char *words; /* all of them, whole, for what is kept */
    struct range_t {
        const char *from, *to;
    } ranges[SPACE_COUNTS];
    int count;
} wanted_t;

apr_size_t space_v1_words_beginning(const char *word)
{
    apr_size_t len = 0;
    int count;

    for (count = 0; count < SPACE_BEGINNING && word[len]; count++) {
        len++;
        while ((word[len] & 0xC0) == 0x80) {
            len++;
        }
    }
    return len;
}

/* Whether a beginning of a word is shorter than those that PostgreSQL's index has. */
static int is_short(const char *word)
{
    int count = 0;

    for (; *word; word++) {
        count += (*word & 0xC0) != 0x80;
    }
    return count < SPACE_BEGINNING;
}

/* Add words, with a blank before each, to a query of PostgreSQL (tsquery). To ask its index for all
 * that begins with a text takes it several times as long as to ask for one text, so that is done
 * for what is short alone.
 * @param is_whole  whether the last of them is no beginning of a word */
static const char *add_query(const char *query, const char *words, int is_whole, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, words + strspn(words, " ")), *word;

    while ((word = strsep(&rest, " "))) {
        char *quoted = apr_palloc(p, 2 * strlen(word) + 1), *to = quoted;
        const char *match = rest || is_whole || !is_short(word) ? "" : ":*";

        for (word[space_v1_words_beginning(word)] = '\0'; *word; word++) {
            if (*word == '\'' || *word == '\\') {
                *to++ = *word;
            }
            *to++ = *word;
        }
        *to = '\0';
        query = apr_pstrcat(p, query, *query ? " & '" : "'", quoted, "'", match, NULL);
    }
    return query;
}

static void add_range(wanted_t *wanted, const char *words, int is_whole, apr_pool_t *p)
{
    struct range_t range;
    int i, at = 0;

    if (!bk_search_range(&range.from, &range.to, words, is_whole, p)) {
        return;
    }
    while (at < wanted->count && strlen(wanted->ranges[at].from) >= strlen(range.from)) {
        at++;
    }
    if (at == SPACE_COUNTS) {
        return;
    }
    wanted->count += wanted->count < SPACE_COUNTS;
    for (i = wanted->count - 1; i > at; i--) {
        wanted->ranges[i] = wanted->ranges[i - 1];
    }
    wanted->ranges[at] = range;
}

static void add(wanted_t *wanted, const char *words, int is_whole, apr_pool_t *p)
{
    wanted->query = add_query(wanted->query, words, is_whole, p);
    wanted->words = apr_pstrcat(p, wanted->words, words, is_whole ? "\n" : "*\n", NULL);
    add_range(wanted, words, is_whole, p);
}

/* Features are among a space's words: space_v1_derive(). */
static void add_all(wanted_t *wanted, const space_v1_filter_t *filter, apr_pool_t *p)
{
    const char *words, *slug;
    int i;

    for (i = 0; i < SPACE_V1_STORE_WORDS && filter->words[i]; i++) {
        add(wanted, filter->words[i], 0, p);
    }
    for (i = 0; i < SPACE_V1_STORE_FEATURES && filter->features[i]; i++) {
        slug = apr_pstrmemdup(p, filter->features[i] + 1, strlen(filter->features[i]) - 2);
        if (bk_search_text(&words, &slug, 1, p) == APR_SUCCESS) {
            add(wanted, words, 1, p);
        }
    }
}

static apr_status_t count(bk_db_t *db, const wanted_t *wanted, bk_db_value_t *counts, apr_pool_t *p)
{
    bk_db_value_t args[1 + 2 * SPACE_COUNTS] = {bk_db_text(wanted->query)};
    int i;

    for (i = 0; i < SPACE_COUNTS; i++) {
        args[1 + 2 * i] = bk_db_text(i < wanted->count ? wanted->ranges[i].from : "");
        args[2 + 2 * i] = bk_db_text(i < wanted->count ? wanted->ranges[i].to : "");
    }
    return bk_db_read(db, SPACE_COUNT_WORDS, args, 1 + 2 * SPACE_COUNTS, counts, SPACE_COUNTS, p);
}

/* ---- what was counted, kept ---------------------------------------------------------------------
 */

/* To count takes as long as to read a page. */
static bk_memo_t *kept; /* NULL: there is no memory for it */

void space_v1_words_keep(apr_int64_t age, apr_pool_t *p)
{
    if (bk_memo_make(&kept, age, p) != APR_SUCCESS) {
        kept = NULL;
    }
}

/* The range of the rarest word; NONE: none is rare. */
#define NONE (-1)

static int find_rarest(const wanted_t *wanted, const bk_db_value_t *counts)
{
    apr_int64_t fewest = SPACE_FEW;
    int i, rarest = NONE;

    for (i = 0; i < wanted->count; i++) {
        if (counts[i].number < fewest) {
            fewest = counts[i].number;
            rarest = i;
        }
    }
    return rarest;
}

/* The same, from what is kept, if a text of it is there. */
static int find_kept(const char *key, int *rarest, apr_pool_t *p)
{
    apr_size_t len;
    const char *text = kept && key ? bk_memo_get(kept, key, bk_time_monotonic_ms(), &len, p) : NULL;

    if (text) {
        *rarest = atoi(text);
    }
    return text != NULL;
}

static void keep(const char *key, int rarest)
{
    char text[16];

    if (kept && key) {
        int len = apr_snprintf(text, sizeof(text), "%d", rarest);

        bk_memo_keep(kept, key, bk_time_monotonic_ms(), text, (apr_size_t)len);
    }
}

static apr_status_t choose(bk_db_t *db, const space_v1_filter_t *filter, const wanted_t *wanted,
                           int *rarest, apr_pool_t *p)
{
    const char *key =
        filter->database ? apr_psprintf(p, "%pp\n%s", filter->database, wanted->words) : NULL;
    bk_db_value_t counts[SPACE_COUNTS];
    apr_status_t rv;

    if (find_kept(key, rarest, p)) {
        return APR_SUCCESS;
    }
    rv = count(db, wanted, counts, p);
    if (rv == APR_SUCCESS) {
        *rarest = find_rarest(wanted, counts);
        keep(key, *rarest);
    }
    return rv;
}

apr_status_t space_v1_words(bk_db_t *db, const space_v1_filter_t *filter, space_v1_words_t *words,
                            apr_pool_t *p)
{
    wanted_t wanted = {.query = "", .words = "", .count = 0};
    apr_status_t rv = APR_SUCCESS;
    int rarest = NONE;

    add_all(&wanted, filter, p);
    *words = (space_v1_words_t){.query = wanted.query, .from = "", .to = ""};
    if (wanted.count > 0) {
        rv = choose(db, filter, &wanted, &rarest, p);
    }
    if (rv == APR_SUCCESS && rarest != NONE) {
        words->are_few = 1;
        words->from = wanted.ranges[rarest].from;
        words->to = wanted.ranges[rarest].to;
    }
    return rv;
}
