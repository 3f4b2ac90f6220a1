#include "booking_v1_json.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_conf.h"
#include "bk_hash.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_people.h"
#include "booking_v1_people.h"

const char *const booking_v1_json_states[] = {"confirmed", "pending", "cancelled", "rejected",
                                              "released",  "expired", NULL};

const char *booking_v1_json_kind(const booking_v1_t *row)
{
    switch (row->kind) {
    case BOOKING_KIND_HOLD:
        return "hold";
    case BOOKING_KIND_CLOSURE:
        return "closure";
    default:
        return row->state == BOOKING_STATE_PENDING ? "pending" : "booking";
    }
}

const char *booking_v1_json_path(const bk_request_t *request, apr_int64_t id)
{
    return apr_psprintf(request->r->pool, "%s/bookings/%" APR_INT64_T_FMT, request->path, id);
}

/* ---- values -------------------------------------------------------------------------------------
 */

/* In the space's zone, in whole seconds. */
static void write_instant(bk_json_text_t *text, const char *name, const booking_space_t *space,
                          apr_int64_t ns)
{
    bk_time_t time;

    ns -= (ns % BK_TIME_SECOND + BK_TIME_SECOND) % BK_TIME_SECOND;
    time = space ? bk_zone_time(space->zone, ns) : (bk_time_t){ns, 0};
    bk_json_text_instant(text, name, &time);
}

static void write_known(bk_json_text_t *text, const char *name, const booking_space_t *space,
                        apr_int64_t ns, int is_known)
{
    if (is_known) {
        write_instant(text, name, space, ns);
    }
    else {
        bk_json_text_string(text, name, NULL);
    }
}

void booking_v1_json_id(bk_json_text_t *text, const char *name, apr_int64_t id)
{
    if (id == BK_FIELD_NONE) {
        bk_json_text_string(text, name, NULL);
    }
    else {
        bk_json_text_id(text, name, id);
    }
}

static void write_json(bk_json_text_t *text, const char *name, const char *json,
                       const char *otherwise)
{
    json = json ? json : otherwise;
    bk_json_text_raw(text, name, json, strlen(json));
}

static void write_external(bk_json_text_t *text, const booking_v1_t *row)
{
    if (!row->external_key) {
        bk_json_text_string(text, "external", NULL);
        return;
    }
    bk_json_text_object(text, "external");
    bk_json_text_string(text, "source", row->external_source);
    bk_json_text_string(text, "key", row->external_key);
    bk_json_text_object_end(text);
}

/* ---- members ------------------------------------------------------------------------------------
 */

#define KEY_DIGITS 32

/* Not by apr_psprintf(): an answer about many spaces has thousands of keys. */
static void write_hex(char to[KEY_DIGITS / 2], apr_uint64_t number)
{
    int i;

    for (i = KEY_DIGITS / 2 - 1; i >= 0; i--, number >>= 4) {
        to[i] = "0123456789abcdef"[number & 15];
    }
}

const char *booking_v1_json_key_of(const bk_request_t *request, const booking_v1_t *row,
                                   apr_pool_t *p)
{
    char id[BK_TEXT_INT];
    const char *what =
        apr_pstrcat(p, "booking ", bk_text_of_int(row->id, id), " ", row->space_id, NULL);
    char *key = apr_palloc(p, KEY_DIGITS + 1);
    apr_uint64_t hash[2];

    bk_hash_128(request->conf->key, what, strlen(what), hash);
    write_hex(key, hash[0]);
    write_hex(key + KEY_DIGITS / 2, hash[1]);
    key[KEY_DIGITS] = '\0';
    return key;
}

void booking_v1_json_key(bk_json_text_t *text, const bk_request_t *request, const booking_v1_t *row)
{
    bk_json_text_string(text, "key", booking_v1_json_key_of(request, row, text->p));
}

static void write_space(bk_json_text_t *text, const booking_v1_t *row, const booking_space_t *space,
                        unsigned int what)
{
    if (!(what & BOOKING_V1_JSON_SPACE) || !space) {
        bk_json_text_string(text, "space", row->space_id);
        return;
    }
    bk_json_text_object(text, "space");
    bk_json_text_string(text, "id", space->id);
    bk_json_text_string(text, "name", space->name);
    bk_json_text_string(text, "building", space->building);
    bk_json_text_string(text, "floor", space->floor);
    bk_json_text_string(text, "timeZone", bk_zone_name(space->zone));
    bk_json_text_object_end(text);
}

static void write_time(bk_json_text_t *text, const booking_v1_t *row, const booking_space_t *space)
{
    write_instant(text, "start", space, row->start_ns);
    write_instant(text, "end", space, row->end_ns);
    bk_json_text_string(text, "timeZone", space ? bk_zone_name(space->zone) : "UTC");
    bk_json_text_string(text, "state", booking_v1_json_states[row->state]);
}

static void write_may(bk_json_text_t *text, const booking_v1_view_t *view)
{
    const struct {
        int may;
        const char *what;
    } all[] = {{view->may_change, "change"},
               {view->may_cancel, "cancel"},
               {view->may_undo, "undo"},
               {view->may_decide, "decide"}};
    unsigned int i;

    bk_json_text_array(text, "may");
    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i].may) {
            bk_json_text_string(text, NULL, all[i].what);
        }
    }
    bk_json_text_array_end(text);
}

/* What only who sees all of it sees. */
static void write_rest(bk_json_text_t *text, const bk_request_t *request, const booking_v1_t *row,
                       const booking_space_t *space)
{
    apr_int64_t changed_ns = row->changed_ns == BK_FIELD_NONE ? row->created_ns : row->changed_ns;

    bk_json_text_string(text, "notes", row->notes);
    bk_json_text_int(text, "people", row->occupants);
    booking_people_write(text, "createdBy", request,
                         row->created_by == BK_FIELD_NONE ? row->user_id : row->created_by);
    bk_json_text_string(text, "group", row->group_name);
    booking_v1_people_participants(text, "participants", request, row->participants);
    bk_json_text_bool(text, "private", row->is_private);
    write_json(text, "attributes", row->attributes, "{}");
    booking_v1_json_id(text, "series", row->series_id);
    bk_json_text_string(text, "occurrence", row->occurrence);
    bk_json_text_string(text, "checkIn", NULL);
    bk_json_text_int(text, "setup", row->setup_ns / BK_TIME_MINUTE);
    bk_json_text_int(text, "teardown", row->teardown_ns / BK_TIME_MINUTE);
    write_known(text, "expiresAt", space, row->expires_ns,
                row->state == BOOKING_STATE_PENDING && row->expires_ns != BK_FIELD_NONE);
    bk_json_text_string(text, "reason", row->reason);
    write_json(text, "suggest", row->suggest, "null");
    write_external(text, row);
    write_known(text, "createdAt", space, row->created_ns,
                row->created_ns != BOOKING_V1_CREATED_UNKNOWN);
    write_known(text, "changedAt", space, changed_ns, changed_ns != BOOKING_V1_CREATED_UNKNOWN);
}

void booking_v1_json_write(bk_json_text_t *text, const bk_request_t *request,
                           const booking_v1_t *row, const booking_space_t *space,
                           const booking_v1_view_t *view, unsigned int what)
{
    if (view->detail == BK_DETAIL_BUSY) {
        booking_v1_json_key(text, request, row);
        write_space(text, row, space, what);
        write_time(text, row, space);
        return;
    }
    booking_v1_json_id(text, "id", what & BOOKING_V1_JSON_DRY_RUN ? BK_FIELD_NONE : row->id);
    write_space(text, row, space, what);
    write_time(text, row, space);
    bk_json_text_string(text, "title", view->detail >= BK_DETAIL_TITLE ? row->title : NULL);
    booking_people_write(text, "owner", request, row->user_id);
    if (view->detail == BK_DETAIL_FULL) {
        write_rest(text, request, row, space);
    }
    bk_json_text_int(text, "version", row->version);
    write_may(text, view);
    if (what & BOOKING_V1_JSON_DRY_RUN) {
        bk_json_text_bool(text, "dryRun", 1);
    }
}

const char *booking_v1_json(const bk_request_t *request, const booking_v1_t *row,
                            const booking_space_t *space, unsigned int what, apr_size_t *len)
{
    booking_v1_view_t view = booking_v1_view(request, space, row);
    bk_json_text_t text;

    bk_json_text_begin(&text, request->r->pool);
    booking_v1_json_write(&text, request, row, space, &view, what);
    return bk_json_text_end(&text, len);
}
