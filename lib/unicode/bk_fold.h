/* bk_fold: texts without case and accents, for lists that are searched and sorted.
 *
 * A text that is folded when it is written is found by a plain comparison of bytes: what is
 * searched for is folded in the same way. Folding is NFKC_Casefold (Unicode Standard, section
 * 3.13), without the marks that stand on letters of Latin, Greek and Cyrillic, Hebrew and Arabic
 * script. Marks without which another word is read, as in the scripts of India or Japan, stay.
 * Blanks are one space, and none at either end.
 *
 * Unicode's tables are those of ICU; what is folded by one version of it is folded alike by the
 * next, but for characters that the older one did not know. Any thread may call.
 */
#ifndef BK_FOLD_H
#define BK_FOLD_H

#include <apr_errno.h>
#include <apr_pools.h>

/**
 * Fold a text for searching: "Müller" and "MÜLLER" are "muller", "Straße" is "strasse".
 * @param folded  set to a copy in @a p
 * @param text    UTF-8
 * @return APR_SUCCESS; APR_EGENERAL if the text is no UTF-8
 */
apr_status_t bk_fold_search(const char **folded, const char *text, apr_pool_t *p);

/**
 * Make the key by which a text is sorted: the same, with numbers in it in order of their values, so
 * that "Room 2" comes before "Room 10". Keys are compared as bytes (SQLite's BINARY, PostgreSQL's
 * COLLATE "C"). Texts that differ in case, accents or leading zeros alone have one key: an order
 * that has to be total needs another column behind it.
 * @return as above
 */
apr_status_t bk_fold_sort(const char **key, const char *text, apr_pool_t *p);

#endif
