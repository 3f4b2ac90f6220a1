#include "bk_etag.h"

#include <string.h>

/* ---- parsing ------------------------------------------------------------------------------------
 */

/* etagc of RFC 9110, section 8.8.3: visible characters except the quotation mark, and bytes that
 * are not ASCII. */
static int is_tag_char(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte == 0x21 || (byte >= 0x23 && byte != 0x7F);
}

/* Parse the tag that begins at @a text. @return its end; NULL if there is no tag */
static const char *read_tag(const char *text, bk_etag_t *tag)
{
    tag->is_weak = text[0] == 'W' && text[1] == '/';
    text += tag->is_weak ? 2 : 0;
    if (*text != '"') {
        return NULL;
    }
    tag->opaque = ++text;
    while (is_tag_char(*text)) {
        text++;
    }
    tag->len = (apr_size_t)(text - tag->opaque);
    return *text == '"' ? text + 1 : NULL;
}

int bk_etag_parse(const char *text, bk_etag_t *tag)
{
    const char *end = read_tag(text, tag);

    return end && !*end;
}

/* ---- comparing ----------------------------------------------------------------------------------
 */

int bk_etag_is_equivalent(const bk_etag_t *a, const bk_etag_t *b)
{
    return a->len == b->len && memcmp(a->opaque, b->opaque, a->len) == 0;
}

int bk_etag_is_same(const bk_etag_t *a, const bk_etag_t *b)
{
    return !a->is_weak && !b->is_weak && bk_etag_is_equivalent(a, b);
}

/* The tag without the suffix of a compressing filter, if it has one. */
static bk_etag_t without_coding(const bk_etag_t *tag)
{
    static const char *const suffixes[] = {"-gzip", "-br"};
    bk_etag_t plain = *tag;
    unsigned int i;

    for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        apr_size_t len = strlen(suffixes[i]);

        if (tag->len > len && memcmp(tag->opaque + tag->len - len, suffixes[i], len) == 0) {
            plain.len -= len;
            break;
        }
    }
    return plain;
}

typedef int compare_t(const bk_etag_t *a, const bk_etag_t *b);

static int is_listed(const bk_etag_t *listed, const bk_etag_t *current, compare_t *compare)
{
    bk_etag_t plain = without_coding(listed);

    return compare(listed, current) || compare(&plain, current);
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

typedef enum found_t { NO, YES, MALFORMED } found_t;

/* Whether a list of tags contains the current one. The list is parsed to its end, so that a syntax
 * error behind the matching tag is noticed. Empty elements are ignored (section 5.6.1.2).
 * @param known  set to the first tag of the list that matches */
static found_t search(const char *list, const bk_etag_t *current, compare_t *compare,
                      bk_etag_t *known)
{
    found_t found = NO;
    int count = 0;
    bk_etag_t tag;

    for (list = skip_blanks(list); *list; list = skip_blanks(list)) {
        if (*list != ',') {
            list = read_tag(list, &tag);
            list = list ? skip_blanks(list) : NULL;
            if (!list || (*list && *list != ',')) {
                return MALFORMED;
            }
            count++;
            if (found == NO && current && is_listed(&tag, current, compare)) {
                found = YES;
                *known = tag;
            }
        }
        list += *list == ',';
    }
    return count ? found : MALFORMED;
}

/* Whether a header field matches the current representation: by its tag, or by "*". */
static found_t names(const char *field, const bk_etag_t *current, compare_t *compare,
                     bk_etag_t *known)
{
    field = skip_blanks(field);
    if (*field != '*' || *skip_blanks(field + 1)) {
        return search(field, current, compare, known);
    }
    if (!current) {
        return NO;
    }
    *known = *current;
    return YES;
}

bk_etag_result_t bk_etag_evaluate(const char *if_match, const char *if_none_match,
                                  const bk_etag_t *current, int is_read, bk_etag_t *known)
{
    if (if_match && names(if_match, current, bk_etag_is_same, known) != YES) {
        return BK_ETAG_FAILED;
    }
    if (if_none_match) {
        switch (names(if_none_match, current, bk_etag_is_equivalent, known)) {
        case YES:
            return is_read ? BK_ETAG_NOT_MODIFIED : BK_ETAG_FAILED;
        case MALFORMED:
            return is_read ? BK_ETAG_GO_ON : BK_ETAG_FAILED;
        default:
            break;
        }
    }
    return BK_ETAG_GO_ON;
}

/* ---- making -------------------------------------------------------------------------------------
 */

/* FNV-1a by words of eight bytes instead of single bytes, because every answer pays for it: SipHash
 * takes five times as many instructions. The upper half of the product is folded into the lower
 * half, which the multiplication alone never changes. Each step is reversible, so two bodies of one
 * length that differ in one word only never have the same sum.
 *
 * It does not withstand a search for two bodies with the same sum. Whoever may write a resource
 * could search for them, and readers who revalidate would then keep seeing the first of the two. */
#define BASIS APR_UINT64_C(14695981039346656037)
#define PRIME APR_UINT64_C(1099511628211)

static apr_uint64_t step(apr_uint64_t sum, apr_uint64_t word)
{
    sum = (sum ^ word) * PRIME;
    return sum ^ sum >> 32;
}

/* Read up to eight bytes as a little-endian number, on every host. */
static apr_uint64_t read_word(const unsigned char *bytes, apr_size_t len)
{
    apr_uint64_t word = 0;

    memcpy(&word, bytes, len);
    return APR_IS_BIGENDIAN ? __builtin_bswap64(word) : word;
}

static apr_uint64_t sum_of(const unsigned char *next, apr_size_t len)
{
    const unsigned char *end = next + (len & ~(apr_size_t)7);
    apr_uint64_t sum = step(BASIS, len);

    for (; next < end; next += 8) {
        sum = step(sum, read_word(next, 8));
    }
    if (len & 7) {
        sum = step(sum, read_word(next, len & 7));
    }
    return step(sum, 0);
}

/* A tag is written in the alphabet of base64url, six bits a character. */
void bk_etag_of_bytes(const void *bytes, apr_size_t len, char tag[BK_ETAG_ROOM])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    apr_uint64_t sum = sum_of(bytes, len);
    int i;

    tag[0] = '"';
    for (i = 1; i < BK_ETAG_ROOM - 2; i++, sum >>= 6) {
        tag[i] = digits[sum & 63];
    }
    tag[i] = '"';
    tag[i + 1] = '\0';
}
