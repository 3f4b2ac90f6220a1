#include "bk_versions.h"

static const bk_layout_member_t counter_members[] = {
    BK_LAYOUT_ONE(bk_versions_counter_t, version, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_versions_counter_t, written, BK_LAYOUT_ANEW),
};

static const bk_layout_t counter_layout = BK_LAYOUT(bk_versions_counter_t, 1, counter_members);

static const bk_layout_member_t members[] = {
    BK_LAYOUT_ONE(bk_versions_t, origin, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_versions_t, begin, BK_LAYOUT_ANEW),
    BK_LAYOUT_ARRAY(bk_versions_t, counters, &counter_layout),
};

const bk_layout_t bk_versions_layout = BK_LAYOUT(bk_versions_t, 1, members);

void bk_versions_begin(bk_versions_t *versions, apr_uint64_t origin, apr_int64_t now)
{
    versions->origin = origin ? origin : 1;
    versions->begin = now;
}

bk_version_t bk_versions_take(const bk_versions_t *versions, apr_uint64_t hash)
{
    apr_uint32_t counter = (apr_uint32_t)(hash % BK_VERSIONS);

    return (bk_version_t){versions->origin, atomic_load(&versions->counters[counter].version),
                          counter};
}

/* Write the time first, so that a thread that sees the new version also sees the time. */
void bk_versions_move(bk_versions_t *versions, apr_uint64_t hash, apr_int64_t now)
{
    apr_uint32_t counter = (apr_uint32_t)(hash % BK_VERSIONS);

    atomic_store(&versions->counters[counter].written, now);
    atomic_fetch_add(&versions->counters[counter].version, 1);
}

/* Validate an entry of another origin: another host, or an earlier run of httpd on this one, which
 * may have written until it ended. */
static int hold_foreign(const bk_versions_t *versions, apr_uint32_t counter, apr_int64_t now,
                        apr_int64_t ttl)
{
    apr_int64_t written = atomic_load(&versions->counters[counter].written);

    return now - (written > versions->begin ? written : versions->begin) > ttl;
}

int bk_versions_hold(const bk_versions_t *versions, const bk_version_t *version, apr_int64_t now,
                     apr_int64_t ttl)
{
    if (version->counter >= BK_VERSIONS) {
        return 0;
    }
    return version->origin == versions->origin
               ? version->number == atomic_load(&versions->counters[version->counter].version)
               : hold_foreign(versions, version->counter, now, ttl);
}
