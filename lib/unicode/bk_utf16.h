/* bk_utf16: texts in UTF-16, which is what ICU reads and writes. For this area alone.
 *
 * Everything lives in the pool that it was given. Any thread may call.
 */
#ifndef BK_UTF16_H
#define BK_UTF16_H

#include <apr_errno.h>
#include <apr_pools.h>

#include <unicode/unorm2.h>
#include <unicode/utypes.h>

typedef struct bk_utf16_t {
    UChar *chars;
    int32_t len;
    int32_t room; /* for how many, besides a NUL */
} bk_utf16_t;

/** Keep ICU loaded for as long as the process lives. httpd unloads its modules, and the libraries
 *  that only they use, each time it reads its configuration: what ICU has allocated for the life of
 *  the process would be lost each time, and u_cleanup() would take it from other modules. */
void bk_utf16_keep_loaded(void);

/** Make an empty text with room for so many code units. */
void bk_utf16_make_room(bk_utf16_t *text, int32_t room, apr_pool_t *p);

/** Convert. @return APR_EGENERAL if the bytes are no UTF-8 */
apr_status_t bk_utf16_from_utf8(bk_utf16_t *text, const char *bytes, apr_pool_t *p);

/** Convert back. @param bytes  set to a copy that ends in NUL
 *  @return APR_EGENERAL if a surrogate stands alone */
apr_status_t bk_utf16_to_utf8(const char **bytes, const bk_utf16_t *text, apr_pool_t *p);

/** The functions of ICU that get a normaliser. */
typedef const UNormalizer2 *bk_utf16_form_t(UErrorCode *error);

/** Bring a text into a normalization form.
 *  @param form  unorm2_getNFCInstance() or one like it
 *  @return APR_EGENERAL if ICU cannot */
apr_status_t bk_utf16_normalise(bk_utf16_t *to, const bk_utf16_t *from, bk_utf16_form_t *form,
                                apr_pool_t *p);

/** Append a code point; there has to be room for it. */
void bk_utf16_add(bk_utf16_t *text, UChar32 c);

#endif
