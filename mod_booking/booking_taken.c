#include "booking_taken.h"

#include "bk_json_alone.h"
#include "booking_store_dbd_private.h"

#define COLUMNS 16

/* What the rows of a statement are read with. */
typedef struct reading_t {
    const char *const *spaces;
    int count;
    booking_taken_each_t *each;
    void *baton;
} reading_t;

static apr_int64_t optional(const bk_db_value_t *value)
{
    return value->type == BK_DB_NULL ? BK_FIELD_NONE : value->number;
}

static void read_row(booking_v1_t *to, const char *space_id, const bk_db_value_t *row)
{
    *to = (booking_v1_t){.id = row[0].number,
                         .space_id = space_id,
                         .user_id = row[2].number,
                         .start_ns = row[3].number,
                         .end_ns = row[4].number,
                         .kind = row[5].number,
                         .state = row[6].number,
                         .occupies = 1,
                         .setup_ns = row[7].number,
                         .teardown_ns = row[8].number,
                         .expires_ns = BK_FIELD_NONE,
                         .is_private = row[9].number != 0,
                         .title = row[10].text,
                         .participants = row[11].text,
                         .group_name = row[12].text,
                         .created_by = optional(&row[13]),
                         .series_id = optional(&row[14]),
                         .reason = row[15].text};
}

static apr_status_t each_row(void *baton, const bk_db_value_t *row)
{
    const reading_t *reading = baton;
    apr_int64_t space = row[1].number;
    booking_v1_t taken;

    if (space < 0 || space >= reading->count) {
        return APR_EGENERAL;
    }
    read_row(&taken, reading->spaces[space], row);
    return reading->each(reading->baton, (int)space, &taken);
}

static apr_status_t each(void *handle, const char *const *spaces, int count, apr_int64_t from_ns,
                         apr_int64_t to_ns, apr_int64_t now_ns, booking_taken_each_t *row,
                         void *baton, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(bk_json_alone_texts(spaces, count, p)),
                                  bk_db_int(from_ns), bk_db_int(to_ns), bk_db_int(now_ns)};
    reading_t reading = {.spaces = spaces, .count = count, .each = row, .baton = baton};

    return bk_db_each(handle, BOOKING_TAKEN, args, 4, COLUMNS, each_row, &reading, p);
}

const booking_taken_verbs_t booking_taken_dbd = {.each = each};
