/* booking_store_dbd_private: the migrations and statements of the store in a database, for its
 * files alone. A statement is called by its number. */
#ifndef BOOKING_STORE_DBD_PRIVATE_H
#define BOOKING_STORE_DBD_PRIVATE_H

#include "bk_db_keys.h"
#include "booking_v1_store.h"

enum {
    BOOKING_INSERT_BASE,    /* the fields of booking_fields, setup_ns, teardown_ns, created_ns */
    BOOKING_FIND_BASE,      /* id, date, now: the fields of booking_fields, version */
    BOOKING_FIND_DATE,      /* date, the instants between which bookings of that date begin, now */
    BOOKING_CANCEL_BASE,    /* id, date, version or 0, changed_by, changed_ns */
    BOOKING_INSERT,         /* the fields of booking_v1_fields */
    BOOKING_INSERT_LIMITED, /* the same, and what booking_limits_bind() gives: nothing, too, if a
                               limit of the owner's is used up */
    BOOKING_INSERT_ALL,     /* {"rows": [...]}, each with the fields of booking_v1_fields, none of
                               which overlaps another: the ids of those that were free. SQLite has
                               none */
    BOOKING_FIND,           /* id: the fields of booking_v1_fields */
    BOOKING_UPDATE,         /* the fields of booking_v1_fields: writes to the version before it */
    BOOKING_VERSION,        /* id: version */
    BOOKING_EXPIRED,        /* space_id, from, to, now: whether an expired row is in between */
    BOOKING_SWEEP,          /* the same: ends them */
    BOOKING_LOCK_SPACE,     /* space_id: until the transaction ends */
    BOOKING_LOCK_HOLDER,    /* user_id: until the transaction ends */
    BOOKING_USED, /* user_id, an id that does not count, limits: for each count, minutes */
    /* lists of bookings, and what is found of them besides */
    BOOKING_LIST, /* twice for each booking_v1_by_t, ascending and descending; the parameters are
                     beside the statements: the fields of booking_v1_fields */
    BOOKING_OVERLAPS = /* space_id, from, to, now, an id that is left out, limit: the fields of
                          booking_v1_fields */
    BOOKING_LIST + 2 * BOOKING_V1_BY_ORDERS,
    BOOKING_FIND_EXTERNAL, /* external_source, external_key: the same */
    BOOKING_LIST_SOON,     /* PostgreSQL: the list of a space, ascending, of a part of its span */
    /* the log */
    BOOKING_LOG, /* incarnation, whether it is of another cluster, boundary, the last event that
                    was deleted: transaction, number */
    BOOKING_LOG_LOCK,           /* until the transaction ends nobody writes to the log */
    BOOKING_LOG_MEND,           /* a new incarnation, if it is of another cluster */
    BOOKING_LOG_TRIM,           /* transaction, number: the last event that is deleted */
    BOOKING_EVENT,              /* seq: transaction, at_ns, booking_id, version */
    BOOKING_EVENTS_NUMBERED,    /* behind a number, below another, how many: the fields of
                                   booking_event_fields, transaction */
    BOOKING_EVENTS_BY_XACT,     /* behind a transaction and number, from a number on, how many: the
                                   same; SQLite has none */
    BOOKING_EVENTS_EARLY,       /* whether this transaction changed what one with a higher number
                                   wrote; SQLite has none */
    BOOKING_EVENTS_OF,          /* booking_id: the same, of changes */
    BOOKING_EVENTS_DELETE,      /* transaction, number: those below the boundary up to there */
    BOOKING_EVENTS_DELETE_XACT, /* the same: the others */
    /* series */
    BOOKING_SERIES_INSERT,  /* the fields of booking_series_fields */
    BOOKING_SERIES_FIND,    /* id: the fields of booking_series_fields */
    BOOKING_SERIES_COUNT,   /* id, now: state, how many bookings */
    BOOKING_SERIES_NEXT,    /* id, now: id, start_ns, end_ns */
    BOOKING_SERIES_TOUCH,   /* id, version or 0, changed_by, changed_ns */
    BOOKING_SERIES_SPACES,  /* id, from, to: space_id of its bookings that occupy one */
    BOOKING_SERIES_CANCEL,  /* id, from, to, changed_by, changed_ns, reason */
    BOOKING_SERIES_APPROVE, /* the same */
    BOOKING_SERIES_REJECT,  /* the same */
    BOOKING_OTHERS, /* space_id, from, to, a series_id or -1: the fields of booking_v1_fields of
                       what occupies the space in between and is not of that series */
    /* closures */
    BOOKING_CLOSURE_INSERT,   /* the fields of booking_closures_fields */
    BOOKING_CLOSURE_UPDATE,   /* the same: writes to the version before it, unless it has ended */
    BOOKING_CLOSURE_FIND,     /* id: the fields of booking_closures_fields */
    BOOKING_CLOSURE_EACH,     /* from, to, space or NULL, the place behind which to begin, limit */
    BOOKING_CLOSURE_CANCEL,   /* space_id, from, to, changed_by, changed_ns, reason: cancels what
                                 occupies the space in between, but for closures */
    BOOKING_CLOSURE_OPEN,     /* id, changed_by, changed_ns, reason: ends its rows */
    BOOKING_CLOSURE_RENAME,   /* id, changed_by, changed_ns, reason, is_private: of its rows */
    BOOKING_ARCHIVE_CANCEL,   /* the same as BOOKING_CLOSURE_CANCEL, of what begins in between */
    BOOKING_ARCHIVE_OPEN,     /* space_id, changed_by, changed_ns: ends what keeps an archived space
                                 closed */
    BOOKING_EVENTS_LAST,      /* the highest number, or 0 */
    BOOKING_EVENTS_TAKE_BACK, /* the highest number before this transaction: deletes its events */
    BOOKING_EVENTS_ANONYMISE, /* behind a number, up to another, end: of bookings that ended before
                                 it, and of those that are gone */
    /* what is long over */
    BOOKING_PRUNE_PAGE,   /* start_ns, id, end, how many: the start and id of the one behind so
                             many that begin before the end */
    BOOKING_PRUNE_DELETE, /* behind a start and id, up to another, end: those that ended before it
                           */
    BOOKING_PRUNE_ANONYMISE, /* the same */
    BOOKING_PRUNE_SERIES,    /* end: those that are about nobody any more */
    BOOKING_PRUNE_CLOSURES,  /* end: the same */
    /* what is taken */
    BOOKING_TAKEN, /* spaces as a JSON array, from, to, now: the columns that booking_taken reads,
                      by space and start */
    BOOKING_KEYS,  /* those of bk_db_keys.h */
    BOOKING_STATEMENTS = BOOKING_KEYS + BK_DB_KEYS_COUNT
};

/** The texts, by those numbers. The lists among them are in booking_store_dbd_lists.h. */
extern const bk_db_sql_t booking_store_dbd_statements[BOOKING_STATEMENTS];

/** The steps that make the tables; the last has no text. */
extern const bk_db_sql_t booking_store_dbd_migrations[];

#endif
