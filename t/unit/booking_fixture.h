/* booking_fixture: what the tests of the booking store in a database have in common. */
#ifndef BOOKING_FIXTURE_H
#define BOOKING_FIXTURE_H

#include "both_fixture.h"

#include "booking_v1_store.h"

/* Expect a result of a verb. */
#define EXPECT(db, call, expected)                                                   \
    do {                                                                             \
        apr_status_t rv_ = (call);                                                   \
        assert_that(rv_ == (expected), "%s: %d, not %d: %s", #call, rv_, (expected), \
                    bk_db_error(db));                                                \
    } while (0)

/* A confirmed booking of user 7, with nothing that may be left out. */
static inline booking_v1_t booking_fixture_row(apr_int64_t id, const char *space,
                                               apr_int64_t start_ns, apr_int64_t end_ns)
{
    return (booking_v1_t){.id = id,
                          .space_id = space,
                          .date = "2030-05-14",
                          .user_id = 7,
                          .occupants = 1,
                          .start_ns = start_ns,
                          .end_ns = end_ns,
                          .occupies = 1,
                          .expires_ns = BK_FIELD_NONE,
                          .version = 1,
                          .series_id = BK_FIELD_NONE,
                          .parent_id = BK_FIELD_NONE,
                          .checked_in_ns = BK_FIELD_NONE,
                          .created_by = BK_FIELD_NONE,
                          .created_ns = 1000,
                          .changed_by = BK_FIELD_NONE,
                          .changed_ns = BK_FIELD_NONE,
                          .via = BOOKING_VIA_V1};
}

#endif
