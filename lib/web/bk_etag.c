#include "bk_etag.h"

#include <string.h>

#include "bk_hash.h"

/* ---- reading ------------------------------------------------------------------------------------
 */

/* etagc of RFC 9110, section 8.8.3: what is visible but for the quote, and bytes beyond ASCII. */
static int is_tag_char(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte == 0x21 || (byte >= 0x23 && byte != 0x7F);
}

/* @return behind the tag; NULL: none begins here */
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

/* The tag without the suffix of a filter that compresses; as it is where it has none. */
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

/* Whether a list of tags holds the current one. It is read to its end: one that is malformed
 * behind the tag that it is about is malformed. Empty elements say nothing (section 5.6.1.2). */
static found_t search(const char *list, const bk_etag_t *current, compare_t *compare)
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
            if (current && is_listed(&tag, current, compare)) {
                found = YES;
            }
        }
        list += *list == ',';
    }
    return count ? found : MALFORMED;
}

/* Whether the field names the current representation: by its tag, or as "*", any. */
static found_t names(const char *field, const bk_etag_t *current, compare_t *compare)
{
    field = skip_blanks(field);
    if (*field == '*' && !*skip_blanks(field + 1)) {
        return current ? YES : NO;
    }
    return search(field, current, compare);
}

bk_etag_result_t bk_etag_evaluate(const char *if_match, const char *if_none_match,
                                  const bk_etag_t *current, int is_read)
{
    if (if_match && names(if_match, current, bk_etag_is_same) != YES) {
        return BK_ETAG_FAILED;
    }
    if (if_none_match) {
        switch (names(if_none_match, current, bk_etag_is_equivalent)) {
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

/* ---- writing ------------------------------------------------------------------------------------
 */

/* Six bits a character, which hold what base64url has. */
static char *write_word(char *to, apr_uint64_t word)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int i;

    for (i = 0; i < 11; i++, word >>= 6) {
        *to++ = digits[word & 63];
    }
    return to;
}

void bk_etag_of_bytes(const void *bytes, apr_size_t len, char tag[BK_ETAG_ROOM])
{
    /* The same for all hosts and all times. 128 bits, so that no two representations that ever
     * were have the same: of 64, a few thousand million would do. */
    static const bk_hash_key_t key = {APR_UINT64_C(0x626f6f6b61626c65),
                                      APR_UINT64_C(0x656e746974792d31)};
    apr_uint64_t hash[2];

    bk_hash_128(&key, bytes, len, hash);
    *tag++ = '"';
    tag = write_word(tag, hash[0]);
    tag = write_word(tag, hash[1]);
    *tag++ = '"';
    *tag = '\0';
}
