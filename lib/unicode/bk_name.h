/* bk_name: names that users choose: normalization, invisible characters, look-alikes.
 *
 * Unicode has many encodings of what a reader takes for one name: composed and decomposed letters,
 * invisible characters, letters of other alphabets with the same shape. A new name is normalized
 * (NFC, Unicode Standard Annex 15), has no invisible characters, and must not look like a reserved
 * name (confusables of Unicode Technical Standard 39).
 *
 * ICU provides Unicode's tables; ASCII names need them only for the comparison with reserved names.
 * Any thread may call.
 */
#ifndef BK_NAME_H
#define BK_NAME_H

#include <apr_errno.h>
#include <apr_pools.h>

/**
 * Normalize a name to Normalization Form C.
 * @param nfc   set to the result: the name itself if it is normalized already, else a copy in @a p
 * @param name  valid UTF-8
 * @return APR_SUCCESS; APR_EGENERAL if ICU cannot
 */
apr_status_t bk_name_normalise(const char **nfc, const char *name, apr_pool_t *p);

/**
 * Fold a text, so that texts which differ only in case, in the encoding of their letters or in
 * invisible characters become equal (NFKC_Casefold, Unicode Standard, section 3.13).
 * @param folded  set to a copy in @a p
 * @return APR_SUCCESS; APR_EGENERAL if the text is not valid UTF-8
 */
apr_status_t bk_name_fold(const char **folded, const char *text, apr_pool_t *p);

/** The number of visible characters of a text in Normalization Form C; of a text that is not valid
 * UTF-8, the number without normalization. */
apr_size_t bk_name_chars(const char *text, apr_pool_t *p);

/**
 * Check a name for invisible or meaningless characters: control, format (zero width, bidirectional)
 * and other ignorable characters, line separators, unassigned and private ones; and for blank
 * names.
 * @param name  valid UTF-8
 * @return NULL if the name is valid; else a sentence that says what is wrong
 */
const char *bk_name_wrong(const char *name);

/**
 * Find a reserved name that a name looks like, ignoring case, accents, blanks and punctuation, and
 * treating look-alikes as equal, such as l, I and 1, or Latin a and Cyrillic а.
 * @param name      valid UTF-8
 * @param reserved  names, ending in NULL
 * @param found     set to the first of them that it looks like, or NULL
 * @param p         for temporary memory
 * @return APR_SUCCESS; APR_EGENERAL if ICU cannot tell
 */
apr_status_t bk_name_resembles(const char *name, const char *const *reserved, const char **found,
                               apr_pool_t *p);

#endif
