/* bk_name: names that people choose, so that what looks the same is the same.
 *
 * Unicode has many ways to write what a reader takes for one name: composed and decomposed letters,
 * characters that show nothing, letters of other alphabets with the same shape. A new name is
 * brought into one form (NFC, Unicode Standard Annex 15), holds nothing invisible, and is not one
 * that a reader would take for a reserved name (confusables of Unicode Technical Standard 39).
 *
 * Unicode's tables are those of ICU. Names in ASCII never come to them, but for resemblance. Any
 * thread may call.
 */
#ifndef BK_NAME_H
#define BK_NAME_H

#include <apr_errno.h>
#include <apr_pools.h>

/**
 * Bring a name into Normalization Form C.
 * @param nfc   set to the form: the name itself where it is in that form already, else a copy in
 *              @a p
 * @param name  valid UTF-8
 * @return APR_SUCCESS; APR_EGENERAL if ICU cannot
 */
apr_status_t bk_name_normalise(const char **nfc, const char *name, apr_pool_t *p);

/**
 * Fold a text, so that texts which differ in case, in how their letters are written or in what is
 * invisible are the same (NFKC_Casefold, Unicode Standard, section 3.13).
 * @param folded  set to a copy in @a p
 * @return APR_SUCCESS; APR_EGENERAL if the text is no UTF-8
 */
apr_status_t bk_name_fold(const char **folded, const char *text, apr_pool_t *p);

/** How many characters a text has in Normalization Form C, without those that are invisible. What
 *  is no UTF-8 is counted as it is. */
apr_size_t bk_name_chars(const char *text, apr_pool_t *p);

/**
 * Say what a name holds that a reader cannot see, or that has no meaning: control, format (zero
 * width, bidirectional) and other ignorable characters, line separators, unassigned and private
 * ones; or that it is blank.
 * @param name  valid UTF-8
 * @return NULL: nothing; else a sentence
 */
const char *bk_name_wrong(const char *name);

/**
 * Find the reserved name that a reader would take a name for: whatever the case of its letters, its
 * accents, blanks and punctuation, and with letters that look alike, as l, I and 1, or Latin a and
 * Cyrillic а.
 * @param name      valid UTF-8
 * @param reserved  names, ending in NULL
 * @param found     set to the first of them that it resembles; NULL: none
 * @param p         for what is needed meanwhile
 * @return APR_SUCCESS; APR_EGENERAL if ICU cannot tell
 */
apr_status_t bk_name_resembles(const char *name, const char *const *reserved, const char **found,
                               apr_pool_t *p);

#endif
