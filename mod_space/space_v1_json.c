#include "space_v1_json.h"

#include <string.h>

#include "bk_json_alone.h"
#include "bk_zones.h"
#include "space_policy.h"

/* ---- columns ------------------------------------------------------------------------------------
 */

const char *space_v1_json_list(const bk_input_value_t *values, apr_size_t count, apr_pool_t *p)
{
    bk_json_text_t text;
    apr_size_t i;

    bk_json_alone_begin(&text, p);
    bk_json_text_array(&text, NULL);
    for (i = 0; i < count; i++) {
        bk_json_text_string(&text, NULL, values[i].text);
    }
    bk_json_text_array_end(&text);
    return bk_json_alone_end(&text);
}

const char *space_v1_json_map(const bk_input_value_t *values, apr_size_t count, apr_pool_t *p)
{
    bk_json_text_t text;
    apr_size_t i;

    bk_json_alone_begin(&text, p);
    bk_json_text_object(&text, NULL);
    for (i = 0; i < count; i++) {
        bk_json_text_key(&text, values[i].key);
        bk_json_text_string(&text, NULL, values[i].text);
    }
    bk_json_text_object_end(&text);
    return bk_json_alone_end(&text);
}

/* ---- the representation -------------------------------------------------------------------------
 */

static void write_number(bk_json_text_t *text, const char *name, apr_int64_t number)
{
    if (number == BK_FIELD_NONE) {
        bk_json_text_string(text, name, NULL);
    }
    else {
        bk_json_text_int(text, name, number);
    }
}

/* In the space's zone, in whole seconds. */
static void write_instant(bk_json_text_t *text, const char *name, const bk_zone_t *zone,
                          apr_int64_t ns)
{
    ns -= ns % BK_TIME_SECOND;
    bk_json_text_string(text, name,
                        ns > 0 && zone ? bk_zone_format(zone, ns, text->p)
                        : ns > 0       ? bk_time_format_utc(ns, text->p)
                                       : NULL);
}

static void write_json(bk_json_text_t *text, const char *name, const char *json)
{
    bk_json_text_raw(text, name, json, strlen(json));
}

void space_v1_json_write_policy(bk_json_text_t *text, const char *name,
                                const space_v1_found_t *found)
{
    const space_policy_t policy = {
        .id = found->space.policy, .body = found->policy_body, .version = found->policy_version};

    bk_json_text_object(text, name);
    space_policy_write(text, &policy);
    bk_json_text_object_end(text);
}

void space_v1_json_write(bk_json_text_t *text, const space_v1_found_t *found, int with_policy)
{
    const space_v1_t *space = &found->space;
    const bk_zone_t *zone = NULL;

    (void)bk_zones_open(&zone, space->time_zone);
    bk_json_text_string(text, "id", space->id);
    bk_json_text_string(text, "name", space->name);
    bk_json_text_string(text, "building", *space->building_code ? space->building_code : NULL);
    bk_json_text_string(text, "floor", space->floor);
    bk_json_text_string(text, "room", space->room);
    bk_json_text_string(text, "description", space->description);
    write_number(text, "capacity", space->capacity);
    bk_json_text_string(text, "timeZone", space->time_zone);
    write_json(text, "features", space->features);
    write_json(text, "attributes", space->attributes);
    if (with_policy && found->policy_body) {
        space_v1_json_write_policy(text, "policy", found);
    }
    else {
        bk_json_text_string(text, "policy", space->policy);
    }
    write_json(text, "managers", space->managers);
    write_json(text, "parts", space->parts);
    bk_json_text_string(text, "state", space->is_archived ? "archived" : "active");
    bk_json_text_string(text, "reason", space->reason);
    bk_json_text_string(text, "photo", NULL);
    bk_json_text_int(text, "order", space->sort_order);
    write_instant(text, "createdAt", zone, space->created_ns);
    write_instant(text, "changedAt", zone, space->changed_ns);
    bk_json_text_int(text, "version", space->version);
}

void space_v1_json_write_judged(bk_json_text_t *text, const space_v1_found_t *found)
{
    space_v1_json_write(text, found, 0);
    bk_json_text_string(text, "openTime", found->space.policy ? NULL : found->space.open_time);
    bk_json_text_string(text, "closeTime", found->space.policy ? NULL : found->space.close_time);
}

const char *space_v1_json(const space_v1_found_t *found, int with_policy, apr_size_t *len,
                          apr_pool_t *p)
{
    bk_json_text_t text;

    bk_json_text_begin(&text, p);
    space_v1_json_write(&text, found, with_policy);
    return bk_json_text_end(&text, len);
}
