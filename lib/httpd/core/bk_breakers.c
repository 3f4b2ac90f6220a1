#include "bk_breakers.h"

#include "bk_table.h"
#include "bk_time.h"

#define HANDLER "bookable-breakers"

static const bk_layout_member_t members[] = {
    BK_LAYOUT_NESTED(bk_breaker_place_t, breaker, &bk_breaker_layout),
    BK_LAYOUT_NESTED(bk_breaker_place_t, settings, &bk_breaker_settings_layout),
};

static const bk_layout_t layout = BK_LAYOUT(bk_breaker_place_t, 1, members);

static bk_table_t *table;

apr_status_t bk_breakers_init(apr_pool_t *p, server_rec *s)
{
    return bk_table(&table, HANDLER, &layout, p, s);
}

bk_breaker_place_t *bk_breakers_get(const char *name, server_rec *s)
{
    bk_breaker_place_t *entry = bk_table_get(table, name, s);

    if (entry) {
        bk_breaker_init(&entry->breaker, bk_time_monotonic_ms());
    }
    return entry;
}

const char *bk_breakers_at(int i, bk_breaker_place_t **entry)
{
    void *found;
    const char *name = bk_table_at(table, i, &found);

    if (name) {
        *entry = found;
    }
    return name;
}

bk_breaker_place_t *bk_breakers_find(const char *name)
{
    return bk_table_find(table, name);
}
