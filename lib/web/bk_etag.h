/* bk_etag: entity tags, and the conditions that a request makes with them (RFC 9110, sections 8.8.3
 * and 13).
 *
 * Only conditions on entity tags are read. Those on dates (If-Modified-Since, If-Unmodified-Since)
 * are to be ignored for what has no date of its last change (sections 13.1.3 and 13.1.4), and
 * nothing here has one.
 *
 * Nothing here allocates or keeps state: every function may be called by any thread.
 */
#ifndef BK_ETAG_H
#define BK_ETAG_H

#include <apr.h>

#define BK_ETAG_ROOM 14 /* bytes of a tag that bk_etag_of_bytes() writes, with its NUL */

/** An entity tag as it was read. */
typedef struct bk_etag_t {
    const char *opaque; /* what stands between the quotes, not ending in NUL */
    apr_size_t len;     /* its length in bytes; may be 0 */
    int is_weak; /* W/"…": says that two are equivalent, not that they are the same bytes */
} bk_etag_t;

/** What the conditions of a request come to. */
typedef enum bk_etag_result_t {
    BK_ETAG_GO_ON,        /* answer as if there were none */
    BK_ETAG_NOT_MODIFIED, /* answer 304: the client has the representation */
    BK_ETAG_FAILED        /* answer 412, and change nothing */
} bk_etag_result_t;

/**
 * Read one entity tag: "abc" or W/"abc".
 * @param text  NUL-terminated; nothing may stand before or behind the tag
 * @param tag   set when 1 is returned; points into @a text
 * @return 1 or 0
 */
int bk_etag_parse(const char *text, bk_etag_t *tag);

/** Strong comparison (section 8.8.3.2): same text, and neither of them weak. @return 1 or 0 */
int bk_etag_is_same(const bk_etag_t *a, const bk_etag_t *b);

/** Weak comparison (section 8.8.3.2): same text. @return 1 or 0 */
int bk_etag_is_equivalent(const bk_etag_t *a, const bk_etag_t *b);

/**
 * Write a strong tag of a representation's bytes: the same bytes have the same tag on every host
 * and after every restart, other bytes another one. Nothing about it is secret, and it proves
 * nothing to anybody: it is for clients to compare.
 * @param bytes  the representation
 * @param len    its length
 * @param tag    gets the tag, quoted, ending in NUL
 */
void bk_etag_of_bytes(const void *bytes, apr_size_t len, char tag[BK_ETAG_ROOM]);

/**
 * Evaluate the conditions of a request in their order of precedence (section 13.2.2). To be asked
 * only where the request would succeed without them (section 13.2.1), and before anything is
 * changed.
 *
 * A field that is not what the grammar says never holds: a read is then answered in full, and a
 * write fails, for nobody knows what its client meant to protect.
 *
 * httpd's filters that compress mark a tag by a suffix, "abc-gzip" for "abc" (DeflateAlterETag,
 * BrotliAlterETag): a tag with one is taken for the one without, as the resource is in the same
 * state.
 *
 * @param if_match       value of If-Match, several fields joined by commas; NULL: there is none
 * @param if_none_match  the same of If-None-Match
 * @param current        the current representation's tag; NULL: there is no representation
 * @param is_read        whether the method is GET or HEAD
 * @param known          set where BK_ETAG_NOT_MODIFIED is returned: the tag that the client has the
 *                       representation by, the current one or that with the suffix of a filter. The
 *                       304 carries this one, or no cache would find what it is about (RFC 9111,
 *                       section 4.3.4)
 */
bk_etag_result_t bk_etag_evaluate(const char *if_match, const char *if_none_match,
                                  const bk_etag_t *current, int is_read, bk_etag_t *known);

#endif
