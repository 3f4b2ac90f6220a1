/* If-Match and If-None-Match: two fields, divided by a line. */
#include "fuzz.h"

#include "bk_etag.h"

static void check_tag(const char *text)
{
    bk_etag_t tag, known, current = {"a", 1, 0};

    if (bk_etag_parse(text, &tag)) {
        fuzz_assert(tag.len + 2 + (tag.is_weak ? 2 : 0) == strlen(text));
        fuzz_assert(bk_etag_is_equivalent(&tag, &tag));
        fuzz_assert(bk_etag_is_same(&tag, &tag) == !tag.is_weak);
        fuzz_assert(!bk_etag_is_same(&tag, &current) || bk_etag_is_equivalent(&tag, &current));
        /* a list of one */
        fuzz_assert(bk_etag_evaluate(NULL, text, &tag, 1, &known) == BK_ETAG_NOT_MODIFIED);
        fuzz_assert(bk_etag_evaluate(text, NULL, &tag, 0, &known) ==
                    (tag.is_weak ? BK_ETAG_FAILED : BK_ETAG_GO_ON));
    }
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *if_match = fuzz_text(data, size), *if_none_match = strchr(if_match, '\n');
    const bk_etag_t current = {"a", 1, 0}, weak = {"a", 1, 1};
    bk_etag_result_t result;
    bk_etag_t known;

    if (if_none_match) {
        *if_none_match++ = '\0';
        check_tag(if_none_match);
    }
    check_tag(if_match);
    /* what is not there is in no list of tags */
    fuzz_assert(bk_etag_evaluate(if_match, if_none_match, NULL, 1, &known) == BK_ETAG_FAILED);
    /* a weak one is never matched but by "*" */
    fuzz_assert(strchr(if_match, '*') ||
                bk_etag_evaluate(if_match, if_none_match, &weak, 0, &known) == BK_ETAG_FAILED);
    /* a write is never told that it has the answer, and goes on only where a read does, too */
    result = bk_etag_evaluate(if_match, if_none_match, &current, 0, &known);
    fuzz_assert(result != BK_ETAG_NOT_MODIFIED);
    if (bk_etag_evaluate(NULL, if_match, &current, 1, &known) == BK_ETAG_NOT_MODIFIED) {
        fuzz_assert(known.len >= 1 && known.opaque[0] == 'a');
        fuzz_assert(bk_etag_is_equivalent(&known, &current) || known.opaque[1] == '-');
    }
    fuzz_assert(result != BK_ETAG_GO_ON ||
                bk_etag_evaluate(if_match, if_none_match, &current, 1, &known) == BK_ETAG_GO_ON);
    free(if_match);
}
