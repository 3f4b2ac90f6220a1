/* user_search: by what people are found and sorted in lists of them.
 *
 * Of each account two texts are kept beside it: the words of its login, names and email address,
 * folded (lib/unicode/bk_fold.h), each behind a blank; and the key by which its name is sorted. Who
 * searches gives words; each has to be the beginning of one of the account's.
 *
 * Does not depend on httpd. Any thread may call.
 */
#ifndef USER_SEARCH_H
#define USER_SEARCH_H

#include <apr_errno.h>
#include <apr_pools.h>

/** Words that can be searched for at once. */
#define USER_SEARCH_WORDS 8

/** Bytes of a sort key, at the most: names that are alike so far are in the order of their ids. */
#define USER_SEARCH_SORT 200

typedef struct user_search_t {
    const char *sort_key; /* of the displayed name; compared as bytes */
    const char *text;     /* " ann smith ann example org" */
} user_search_t;

/**
 * Make both texts of an account.
 * @param search   set to texts in @a p
 * @param name     what the base API calls the user
 * @param display  the displayed name; NULL: @a name is displayed
 * @param login    or NULL
 * @param email    or NULL
 * @return APR_SUCCESS; APR_EGENERAL if one of them is no UTF-8
 */
apr_status_t user_search_make(user_search_t *search, const char *name, const char *display,
                              const char *login, const char *email, apr_pool_t *p);

/**
 * Make patterns for SQL's LIKE, which an account's text has to match all.
 * @param patterns  set to texts in @a p; what no word is left for is set to "%", which all match
 * @param words     UTF-8; words are separated by blanks and ASCII punctuation
 * @return APR_SUCCESS; APR_ENOSPC: there are more than USER_SEARCH_WORDS words; APR_EGENERAL: no
 *         UTF-8
 */
apr_status_t user_search_patterns(const char *patterns[USER_SEARCH_WORDS], const char *words,
                                  apr_pool_t *p);

#endif
