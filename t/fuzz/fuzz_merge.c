/* Merge patches: a thing and a patch, with a NUL between them. Merged once is merged for good, what
 * the patch removes is gone, and one canonical text is read as the same. */
#include "fuzz.h"

#include "bk_json.h"
#include "bk_json_canonical.h"
#include "bk_merge.h"

static const char *canonical(const bk_json_t *object, apr_pool_t *p)
{
    const bk_json_t *read;
    apr_size_t len, len_again;
    const char *text = bk_json_canonical(object, &len, p), *why;

    fuzz_assert(text && strlen(text) == len);
    fuzz_assert(bk_json_parse(&read, text, len, &why, p) == BK_JSON_PARSED);
    fuzz_assert(strcmp(text, bk_json_canonical(read, &len_again, p)) == 0);
    return text;
}

static void check_members(const bk_json_t *merged, const bk_json_t *target, const bk_json_t *patch)
{
    apr_size_t i;

    for (i = 0; i < patch->count; i++) {
        const bk_json_value_t *found = bk_json_member(merged, patch->members[i].name);

        fuzz_assert(!found == (patch->members[i].kind == BK_JSON_NULL));
        fuzz_assert(!found || found->kind == patch->members[i].kind);
    }
    for (i = 0; i < target->count; i++) {
        fuzz_assert(bk_json_member(patch, target->members[i].name) ||
                    bk_json_member(merged, target->members[i].name));
    }
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *texts = fuzz_text(data, size), *second = texts + strlen(texts);
    const bk_json_t *target, *patch, *merged;
    const char *why, *before;

    second += second < texts + size;
    if (bk_json_parse(&target, texts, strlen(texts), &why, p) == BK_JSON_PARSED &&
        bk_json_parse(&patch, second, (apr_size_t)(texts + size - second), &why, p) ==
            BK_JSON_PARSED) {
        before = canonical(target, p);
        merged = bk_merge_object(target, patch, p);
        check_members(merged, target, patch);
        fuzz_assert(strcmp(canonical(merged, p), canonical(bk_merge_object(merged, patch, p), p)) ==
                    0);
        fuzz_assert(strcmp(before, canonical(target, p)) == 0);
    }
    free(texts);
}
