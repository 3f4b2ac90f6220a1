/* space_v1_words: whether a search is answered soonest by the index of words. */
#ifndef SPACE_V1_WORDS_H
#define SPACE_V1_WORDS_H

#include "space_store_dbd_private.h"

/** What the index of words is asked for. */
typedef struct space_v1_words_t {
    int are_few;           /* whether it has few spaces; 0: all spaces are to be looked at */
    const char *query;     /* PostgreSQL's: a tsquery of the beginnings of all words */
    const char *from, *to; /* SQLite's: the range of the rarest one, bk_search_range(); "": none */
} space_v1_words_t;

/** Keep what is counted. Call once in each process that serves requests, before its threads begin.
 * What is kept only says which way to a page is the shorter one, so it may be old; but not so old
 * that a word that has become frequent is looked up alone for long.
 * @param age  milliseconds
 * @param p    a pool that lives as long as the process */
void space_v1_words_keep(apr_int64_t age, apr_pool_t *p);

/** Bytes of a word, UTF-8, that PostgreSQL's index has: those of its first SPACE_BEGINNING
 * characters. */
apr_size_t space_v1_words_beginning(const char *word);

/**
 * Ask the index of words how many spaces have the words and features that are looked for. What is
 * said of the filter's database is kept.
 * @return APR_SUCCESS, or an error of bk_db.h
 */
apr_status_t space_v1_words(bk_db_t *db, const space_v1_filter_t *filter, space_v1_words_t *words,
                            apr_pool_t *p);

#endif
