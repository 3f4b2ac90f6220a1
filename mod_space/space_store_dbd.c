#include "space_store_dbd_private.h"

#include "bk_db_fields.h"
#include "bk_time.h"
#include "space_v1_derive.h"

/* Columns behind those of space_fields. */
enum { POLICY, TIME_ZONE, MANAGERS, MORE_COLUMNS };

static apr_status_t insert(void *handle, const space_t *space)
{
    apr_pool_t *p;
    space_v1_t whole;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = space_v1_derive_base(&whole, space, bk_time_now(), p);
    if (rv == APR_SUCCESS) {
        rv = bk_db_fields_write(handle, SPACE_INSERT, &space_v1_fields, &whole, NULL);
    }
    apr_pool_destroy(p);
    return rv;
}

static apr_status_t find(void *handle, const char *id, space_t *space, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(id)};
    bk_db_value_t row[BK_FIELDS_MOST], *more = row + space_fields.count;
    apr_status_t rv =
        bk_db_find(handle, SPACE_FIND_BASE, args, 1, row, space_fields.count + MORE_COLUMNS, p);

    if (rv == APR_SUCCESS) {
        bk_db_fields_of_row(space, &space_fields, row);
        space->policy = more[POLICY].text;
        space->time_zone = more[TIME_ZONE].text;
        space->managers = more[MANAGERS].text;
    }
    return rv;
}

const space_store_verbs_t space_store_dbd = {.insert = insert, .find = find};
