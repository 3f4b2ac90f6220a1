/* bk_search: texts that are searched by the beginnings of their words.
 *
 * A text that is to be found is folded (lib/unicode/bk_fold.h) and kept with a blank before each
 * word. What somebody types is folded in the same way and cut at its blanks; each of its words,
 * with a blank before it, is then looked for as a part of the text: " mus" is found in
 * " main musikhaus" and in nothing that has "mus" in the middle of a word only. A database does
 * that without an index of words, and without patterns in which characters have to be escaped.
 *
 * A word begins behind a blank and behind a mark such as a hyphen: "step-free" is " step- free",
 * and so found by "step-free", "step-fr" and "free". In scripts without blanks (Unicode's
 * ideographs) each character begins a word. Of a word the first 200 characters count: databases
 * that keep an index of words have a bound on their length.
 *
 * Any thread may call.
 */
#ifndef BK_SEARCH_H
#define BK_SEARCH_H

#include <apr_errno.h>
#include <apr_pools.h>

/**
 * Make the text to look in.
 * @param search  set to the words of all parts, a blank before each; "" if there are none; in @a p
 * @param parts   UTF-8; NULL counts as empty
 * @return APR_SUCCESS; APR_EGENERAL if a part is no UTF-8
 */
apr_status_t bk_search_text(const char **search, const char *const *parts, int count,
                            apr_pool_t *p);

/**
 * Make what is looked for.
 * @param words  receives the words, in the form in which they stand in a text, with their blank
 * @param most   room in @a words
 * @param count  set to how many words there are, which may be more than @a most
 * @param text   UTF-8
 * @return as above
 */
apr_status_t bk_search_words(const char **words, int most, int *count, const char *text,
                             apr_pool_t *p);

/**
 * Find the words of a text that may have what is looked for: those in a range, in order of their
 * bytes, for an index of words. A text that has all of @a words has one in the range; not each text
 * that has one has all of @a words.
 * @param from      set to where the range begins, in @a p
 * @param to        set to the first word behind it, in @a p
 * @param words     one of bk_search_words(), or a text of bk_search_text(): a blank before each
 * @param is_whole  whether the last of them is a whole word, and not the beginning of one
 * @return 1; 0 if there is no such range
 */
int bk_search_range(const char **from, const char **to, const char *words, int is_whole,
                    apr_pool_t *p);

#endif
