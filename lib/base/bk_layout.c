#include "bk_layout.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_hash.h"

apr_uint64_t bk_layout_mix(apr_uint64_t before, const void *bytes, apr_size_t len)
{
    const bk_hash_key_t key = {before, len};
    apr_uint64_t mixed = bk_hash(&key, bytes, len);

    return mixed ? mixed : 1;
}

static apr_uint64_t mix_number(apr_uint64_t before, apr_uint64_t number)
{
    return bk_layout_mix(before, &number, sizeof(number));
}

static apr_uint64_t mix_member(apr_uint64_t before, const bk_layout_member_t *member)
{
    apr_uint64_t mixed = bk_layout_mix(before, member->name, strlen(member->name));

    mixed = mix_number(mixed, member->offset);
    mixed = mix_number(mixed, member->size);
    mixed = mix_number(mixed, member->stride);
    mixed = mix_number(mixed, member->repeat);
    return mix_number(mixed, member->nested ? bk_layout_fingerprint(member->nested) : 0);
}

apr_uint64_t bk_layout_fingerprint(const bk_layout_t *layout)
{
    apr_uint64_t mixed = bk_layout_mix(0, layout->record, strlen(layout->record));
    int i;

    mixed = mix_number(mixed, layout->number);
    mixed = mix_number(mixed, layout->size);
    for (i = 0; i < layout->count; i++) {
        mixed = mix_member(mixed, &layout->members[i]);
    }
    return mixed;
}

/* ---- from one layout to another -----------------------------------------------------------------
 */

static const bk_layout_member_t *find_member(const bk_layout_t *layout, const char *name)
{
    int i;

    for (i = 0; i < layout->count; i++) {
        if (strcmp(layout->members[i].name, name) == 0) {
            return &layout->members[i];
        }
    }
    return NULL;
}

static void carry_member(char *to, const bk_layout_member_t *now, const char *from,
                         const bk_layout_member_t *then)
{
    apr_size_t i;

    for (i = 0; i < now->repeat && i < then->repeat; i++) {
        char *target = to + now->offset + i * now->stride;
        const char *source = from + then->offset + i * then->stride;

        if (now->nested && then->nested) {
            bk_layout_carry(target, now->nested, source, then->nested);
        }
        else if (!now->nested && !then->nested && now->size == then->size) {
            memcpy(target, source, now->size);
        }
    }
}

void bk_layout_carry(void *to, const bk_layout_t *now, const void *from, const bk_layout_t *then)
{
    int i;

    if (now->number != then->number) {
        return;
    }
    for (i = 0; i < now->count; i++) {
        const bk_layout_member_t *member = &now->members[i];
        const bk_layout_member_t *before = find_member(then, member->name);

        if (before && member->fate == BK_LAYOUT_STAYS && before->fate == BK_LAYOUT_STAYS) {
            carry_member(to, member, from, before);
        }
    }
}

const bk_layout_t *bk_layout_copy(const bk_layout_t *layout, apr_pool_t *p)
{
    bk_layout_t *copy = apr_pmemdup(p, layout, sizeof(*layout));
    bk_layout_member_t *members =
        apr_pmemdup(p, layout->members, sizeof(*members) * (apr_size_t)layout->count);
    int i;

    for (i = 0; i < layout->count; i++) {
        members[i].name = apr_pstrdup(p, members[i].name);
        if (members[i].nested) {
            members[i].nested = bk_layout_copy(members[i].nested, p);
        }
    }
    copy->record = apr_pstrdup(p, layout->record);
    copy->members = members;
    return copy;
}

/* ---- completeness -------------------------------------------------------------------------------
 */

/* Count, for each byte of a record, the members that contain it. */
static void cover(unsigned char *bytes, const bk_layout_t *layout)
{
    int i;
    apr_size_t n, at;

    for (i = 0; i < layout->count; i++) {
        const bk_layout_member_t *member = &layout->members[i];

        for (n = 0; n < member->repeat; n++) {
            for (at = 0; at < member->size; at++) {
                bytes[member->offset + n * member->stride + at]++;
            }
        }
    }
}

const char *bk_layout_gap(const bk_layout_t *layout, apr_pool_t *p)
{
    unsigned char *bytes = apr_pcalloc(p, layout->size);
    const char *inside = NULL;
    apr_size_t at;
    int i;

    cover(bytes, layout);
    for (at = 0; at < layout->size; at++) {
        if (bytes[at] != 1) {
            return apr_psprintf(p, "byte %" APR_SIZE_T_FMT " of %s has %d members", at,
                                layout->record, bytes[at]);
        }
    }
    for (i = 0; !inside && i < layout->count; i++) {
        inside = layout->members[i].nested ? bk_layout_gap(layout->members[i].nested, p) : NULL;
    }
    return inside;
}
