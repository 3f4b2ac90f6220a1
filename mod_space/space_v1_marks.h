/* space_v1_marks: a number that tells of most spaces that they lack what is looked for, before
 * their texts are read.
 *
 * Each feature of a space, and the first bytes of each of its words, set one of the number's bits:
 * a Bloom filter with one hash function (B. H. Bloom, "Space/time trade-offs in hash coding with
 * allowable errors", 1970). A space that has all that is looked for has all bits of it; one that
 * has the bits may lack it all the same. Numbers are stored, so which bit a word sets never
 * changes.
 *
 * Any thread may call.
 */
#ifndef SPACE_V1_MARKS_H
#define SPACE_V1_MARKS_H

#include "space_v1_store.h"

/** The marks of a space.
 * @param search    bk_search_text()
 * @param features  a JSON array of slugs
 * @return 0 or more */
apr_int64_t space_v1_marks(const char *search, const char *features);

/** The marks that every space has which has the words and features of a filter. @return 0 or more;
 * 0: there are none */
apr_int64_t space_v1_marks_of_filter(const space_v1_filter_t *filter);

#endif
