#include "bk_idempotency_key.h"

#include <string.h>

#include <apr_strings.h>
#include <openssl/evp.h>

#include "bk_text.h"

static int is_printable(char c)
{
    return c >= ' ' && c <= '~';
}

/* Whether a quoted key may end here: at the end of the header, or at a semicolon, which begins a
 * parameter. */
static int is_end(const char *rest)
{
    rest += strspn(rest, " ");
    return !*rest || *rest == ';';
}

/* @return the end of the string, behind its closing quotation mark; NULL if it is malformed */
static const char *read_quoted(const char *from, char *to)
{
    for (from++; *from != '"'; from++) {
        if (*from == '\\' && from[1] != '"' && from[1] != '\\') {
            return NULL;
        }
        from += *from == '\\';
        if (!is_printable(*from)) {
            return NULL;
        }
        *to++ = *from;
    }
    *to = '\0';
    return from + 1;
}

static const char *read_bare(const char *from, char *to)
{
    for (; is_printable(*from) && !strchr(" \"\\,;", *from); from++) {
        *to++ = *from;
    }
    *to = '\0';
    return from + strspn(from, " ");
}

bk_idempotency_key_result_t bk_idempotency_key_read(const char *header, const char **key,
                                                    apr_pool_t *p)
{
    const char *end;
    char *read;
    int ok;

    if (!header) {
        return BK_IDEMPOTENCY_KEY_NONE;
    }
    header += strspn(header, " ");
    read = apr_palloc(p, strlen(header) + 1);
    if (*header == '"') {
        end = read_quoted(header, read);
        ok = end && is_end(end);
    }
    else {
        end = read_bare(header, read);
        ok = !*end;
    }
    if (!ok || !*read || strlen(read) > BK_IDEMPOTENCY_KEY_MOST) {
        return BK_IDEMPOTENCY_KEY_BAD;
    }
    *key = read;
    return BK_IDEMPOTENCY_KEY_OK;
}

/* Hash a part as a netstring, with its length before it, so that the parts of two different
 * requests never join to the same bytes. */
static int add(EVP_MD_CTX *hash, const char *bytes, apr_size_t len)
{
    char digits[BK_TEXT_INT];
    const char *head = bk_text_of_int((apr_int64_t)len, digits);

    return EVP_DigestUpdate(hash, head, strlen(head)) && EVP_DigestUpdate(hash, ":", 1) &&
           EVP_DigestUpdate(hash, bytes, len);
}

apr_status_t bk_idempotency_key_fingerprint(
    const char *method, const char *route, const char *body, apr_size_t len,
    unsigned char fingerprint[BK_IDEMPOTENCY_KEY_FINGERPRINT])
{
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    int done = hash && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) &&
               add(hash, method, strlen(method)) && add(hash, route, strlen(route)) &&
               add(hash, body, len) && EVP_DigestFinal_ex(hash, fingerprint, NULL);

    EVP_MD_CTX_free(hash);
    return done ? APR_SUCCESS : APR_EGENERAL;
}
