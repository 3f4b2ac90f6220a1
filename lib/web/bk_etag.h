/* bk_etag: entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13).
 *
 * Only If-Match and If-None-Match are evaluated. The conditions on dates (If-Modified-Since,
 * If-Unmodified-Since) must be ignored for resources without a date of last change (sections 13.1.3
 * and 13.1.4), and no resource here has one.
 *
 * Nothing here allocates memory. Any thread may call.
 */
#ifndef BK_ETAG_H
#define BK_ETAG_H

#include <apr.h>

#define BK_ETAG_ROOM 14 /* size of a tag of bk_etag_of_bytes(), with its NUL */

/** An entity tag as bk_etag_parse() reads it. */
typedef struct bk_etag_t {
    const char *opaque; /* the text between the quotes, which does not end in NUL */
    apr_size_t len;     /* its length in bytes; may be 0 */
    int is_weak; /* W/"…": equal tags mean equivalent representations, perhaps not the same bytes */
} bk_etag_t;

/** The result of evaluating the conditions of a request. */
typedef enum bk_etag_result_t {
    BK_ETAG_GO_ON,        /* answer as without conditions */
    BK_ETAG_NOT_MODIFIED, /* answer 304: the client has the representation */
    BK_ETAG_FAILED        /* answer 412, and change nothing */
} bk_etag_result_t;

/**
 * Parse one entity tag: "abc" or W/"abc".
 * @param text  the tag and nothing else, ending in NUL
 * @param tag   set when 1 is returned; points into @a text
 * @return 1 or 0
 */
int bk_etag_parse(const char *text, bk_etag_t *tag);

/** Strong comparison (section 8.8.3.2): same text, and neither tag is weak. @return 1 or 0 */
int bk_etag_is_same(const bk_etag_t *a, const bk_etag_t *b);

/** Weak comparison (section 8.8.3.2): same text. @return 1 or 0 */
int bk_etag_is_equivalent(const bk_etag_t *a, const bk_etag_t *b);

/**
 * Make a strong tag from the bytes of a representation: the same bytes have the same tag on every
 * host and after every restart, and other bytes have another one. The tag is only for clients to
 * compare: it is no cryptographic hash.
 * @param bytes  the representation
 * @param len    its length in bytes
 * @param tag    receives the tag with its quotes, ending in NUL
 */
void bk_etag_of_bytes(const void *bytes, apr_size_t len, char tag[BK_ETAG_ROOM]);

/**
 * Evaluate the conditions of a request in their order of precedence (section 13.2.2). Call this
 * only if the request would succeed without conditions (section 13.2.1), and before anything is
 * changed.
 *
 * If a header field has a syntax error, If-Match fails; If-None-Match lets a read be answered in
 * full and makes a write fail, because what the client meant to protect is unknown.
 *
 * The compressing filters of httpd add a suffix to a tag, such as "abc-gzip" for "abc"
 * (DeflateAlterETag, BrotliAlterETag). A tag with such a suffix is compared without it too, because
 * the resource is in the same state.
 *
 * @param if_match       value of If-Match, several fields joined by commas; NULL if there is none
 * @param if_none_match  the same for If-None-Match
 * @param current        the tag of the current representation; NULL if there is no representation
 * @param is_read        whether the method is GET or HEAD
 * @param known          set if BK_ETAG_NOT_MODIFIED is returned: the tag that the client sent, with
 *                       the suffix of a filter if it has one. The 304 answer must carry this tag,
 *                       because caches find the stored response by it (RFC 9111, section 4.3.4)
 */
bk_etag_result_t bk_etag_evaluate(const char *if_match, const char *if_none_match,
                                  const bk_etag_t *current, int is_read, bk_etag_t *known);

#endif
