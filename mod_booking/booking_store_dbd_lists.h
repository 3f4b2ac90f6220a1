/* booking_store_dbd_lists: the statements that list bookings, and those that find what is taken. */
#ifndef BOOKING_STORE_DBD_LISTS_H
#define BOOKING_STORE_DBD_LISTS_H

#include "booking_store_dbd_private.h"
#include "booking_store_dbd_sql.h"

/* Of the bookings that overlap a span, most begin in it, or at most a day before it: these are
 * found by their starts. Those that are longer than a day and began before that are found by their
 * ends. So the work is that of the rows that are answered, however many there were before.
 *
 * $1 from, $2 to, $3 states, $4 now, $5 and $6 the place behind which to begin, $7 limit, $8 owner,
 * $9 spaces, $10 group, $11 series, $12 like; of a space $13 it; else $13 a day before from, and
 * $14 and $15 the place behind which those begin that are longer than a day
 */
#define STATE_NOW                                                                           \
    "(CASE WHEN occupies = 1 AND expires_ns <= $4 THEN CASE state WHEN 0 THEN 4 ELSE 5 END" \
    " ELSE state END)"
/* What is asked besides. @param MAYBE  how a condition stands there: PLAIN, or LIKELY, by which
 * PostgreSQL's planner takes it for true of nearly all rows. Of PLAIN ones it thinks that together
 * they leave one row of a million, and so reads and sorts all that it could read in order. */
/* clang-format off */
#define PLAIN(condition) "(" condition ")"
#define LIKELY(condition) "CASE WHEN " condition " THEN 1 ELSE 0 END <> 0"
#define ASKED(MAYBE)                                                                               \
    "kind = 0 AND end_ns > $1 AND start_ns < $2 AND "                                              \
    MAYBE("((CAST($3 AS {int}) >> " STATE_NOW ") & 1) = 1") " AND "                                \
    MAYBE("$8 = 0 OR user_id = $8") " AND "                                                        \
    MAYBE("space_id IN (SELECT value FROM {array}($9)) OR $9 IS NULL") " AND "                     \
    MAYBE("$10 = '' OR group_name = $10") " AND "                                                  \
    MAYBE("$11 = 0 OR series_id = $11") " AND "                                                    \
    MAYBE("$12 = '' OR lower(title) LIKE $12 ESCAPE '!' OR lower(notes) LIKE $12 ESCAPE '!'")
/* clang-format on */
#define WANTED ASKED(PLAIN)
#define IN_ORDER(direction) " ORDER BY start_ns" direction ", id" direction " LIMIT $7"
/* By an index that has no ids: all that begin when the last one does are read, too, and are in any
 * order. So PostgreSQL has nothing to sort. Else it would, in a plan for any request, read and sort
 * all bookings of a person who has more than others. */
#define IN_ORDER_OF_STARTS(direction) \
    " ORDER BY start_ns" direction " FETCH FIRST ($7) ROWS WITH TIES"
/* A page begins behind a place, which is a day before from at the earliest. Upwards that is the one
 * beginning of a range of the index, and is not to compete with $13 for that: SQLite would take
 * $13, and read all pages before this one. Downwards $13 is where the range ends.
 * @param start  start_ns, as it is compared with $13 */
/* clang-format off */
#define NEAR(key, start, behind, first)                                                            \
    "SELECT * FROM (SELECT {bookings} FROM bookings WHERE " key ASKED(LIKELY)                      \
    " AND " start " >= $13 AND (start_ns, id) " behind " ($5, $6)" first ") AS near"
/* clang-format on */
/* Whoever they are of: there is no better index than that of long ones. What is sorted by is no
 * column here, or PostgreSQL would read all bookings by their index of that, in which there are few
 * of them, rather than sort those few. */
/* clang-format off */
#define LONG_AGO(table, behind, direction)                                                         \
    " UNION ALL SELECT * FROM (SELECT {bookings} FROM " table " WHERE " WANTED " AND " IS_LONG     \
    " AND +start_ns < $13 AND (+start_ns, id) " behind " ($14, $15)"                               \
    " ORDER BY +start_ns" direction ", id" direction " LIMIT $7) AS long_ago" IN_ORDER(direction)
/* clang-format on */
/* PostgreSQL plans a statement anew for each request, which takes longer than most lists, unless it
 * thinks that the plan for any request costs no more. There it takes a limit for a tenth of the
 * rows: a page of all bookings is much less, so it has three. And that starts lie between two
 * values it sees only where both are said: $5 is in the place behind which the page begins, too. */
#define ANY_PAGE(near) "SELECT * FROM (SELECT * FROM (" near " LIMIT $7) AS part LIMIT $7) AS page"
#define PAGE_OF_ALL(key, start, behind, direction) \
    ANY_PAGE(NEAR(key "start_ns " behind "= $5 AND ", start, behind, IN_ORDER(direction)))
#define PAGE_OF_SOME(key, start, behind, direction) \
    NEAR(key, start, behind, IN_ORDER_OF_STARTS(direction))
/* @param PAGE  by an index of starts and ids, PAGE_OF_ALL; else PAGE_OF_SOME */
#define LIST(key, start, behind, direction, PAGE)                                            \
    {                                                                                        \
        .sqlite3 = NEAR(key, start, behind, IN_ORDER(direction))                             \
            LONG_AGO("bookings INDEXED BY bookings_long", behind, direction),                \
        .pgsql = PAGE(key, start, behind, direction) LONG_AGO("bookings", behind, direction) \
    }
/* What occupies a space does not overlap, so its order by end is that by start: SQLite has an index
 * of that. PostgreSQL's index of spaces finds ranges. */
#define OF_SPACE_SQLITE(from) "space_id = $13 AND occupies = 1 AND end_ns + teardown_ns > " from
#define LATER "LEAST(GREATEST(CAST($1 AS {int}), CAST($5 AS {int})), CAST($2 AS {int}))"
#define OF_SPACE_PGSQL(from) \
    OF_SPACE("$13")          \
    " AND occupies = 1"      \
    " AND int8range(start_ns - setup_ns, end_ns + teardown_ns) && int8range(" from ", $2)"
#define OCCUPIED(of_space, order, behind, direction)                                     \
    "SELECT * FROM (SELECT {bookings} FROM bookings WHERE " of_space " AND " WANTED      \
    " AND (start_ns, id) " behind " ($5, $6) ORDER BY " order direction ", id" direction \
    " LIMIT $7) AS occupied"
#define ENDED(behind, direction)                                                     \
    " UNION ALL SELECT * FROM (SELECT {bookings} FROM bookings WHERE space_id = $13" \
    " AND occupies = 0 AND (CAST($3 AS {int}) & 60) <> 0 AND " WANTED                \
    " AND (start_ns, id) " behind " ($5, $6)" IN_ORDER(direction) ") AS ended" IN_ORDER(direction)
#define LIST_OF_SPACE(from, from_pgsql, behind, direction)                                    \
    {                                                                                         \
        .sqlite3 = OCCUPIED(OF_SPACE_SQLITE(from), "end_ns + teardown_ns", behind, direction) \
            ENDED(behind, direction),                                                         \
        .pgsql = OCCUPIED(OF_SPACE_PGSQL(from_pgsql), "start_ns", behind, direction)          \
            ENDED(behind, direction)                                                          \
    }
#define LISTS(by, key, PAGE)                                           \
    [BOOKING_LIST + 2 * (by)] = LIST(key, "+start_ns", ">", "", PAGE), \
                        [BOOKING_LIST + 2 * (by) + 1] = LIST(key, "start_ns", "<", " DESC", PAGE)

/** Rows of booking_store_dbd_statements: a list in each order, ascending and descending. SQLite's
 * list of a space is by its index of ends in any case, which has the bookings in order: it needs no
 * BOOKING_LIST_SOON. */
/* clang-format off */
#define BOOKING_STORE_DBD_LISTS                                                                    \
    LISTS(BOOKING_V1_BY_START, "", PAGE_OF_ALL),                                                   \
    LISTS(BOOKING_V1_BY_USER, "user_id = $8 AND ", PAGE_OF_SOME),                                  \
    [BOOKING_LIST + 2 * BOOKING_V1_BY_SPACE] = LIST_OF_SPACE("max($1, $5)", LATER, ">", ""),       \
    [BOOKING_LIST + 2 * BOOKING_V1_BY_SPACE + 1] = LIST_OF_SPACE("$1", "$1", "<", " DESC"),        \
    [BOOKING_LIST_SOON] = {                                                                        \
        .pgsql = OCCUPIED(OF_SPACE_PGSQL(LATER), "start_ns", ">", "") ENDED(">", "")},             \
    LISTS(BOOKING_V1_BY_GROUP, "group_name = $10 AND ", PAGE_OF_SOME),                             \
    LISTS(BOOKING_V1_BY_SERIES, "series_id = $11 AND ", PAGE_OF_SOME),                             \
    LISTS(BOOKING_V1_BY_PENDING, "state = 1 AND ", PAGE_OF_ALL)
/* clang-format on */

/* What takes the time of some spaces. Rows that occupy a space never overlap, so they have the same
 * order by end as by start: SQLite reads its index from the first that ends late enough to the
 * first that ends too late, which may begin in time. PostgreSQL has the index of its constraint.
 * Both are searched once for each space, however many rows there are. Rows come in any order: to
 * sort them here takes more than to sort what is kept of them, and the place of a space is shorter
 * than its id. */
/* clang-format off */
#define TAKEN(place)                                                                               \
    "SELECT taken.id, " place ", taken.user_id, taken.start_ns, taken.end_ns, taken.kind,"         \
    " taken.state, taken.setup_ns, taken.teardown_ns, taken.is_private, taken.title,"              \
    " taken.participants, taken.group_name, taken.created_by, taken.series_id, taken.reason"
#define TAKEN_NOW " (taken.expires_ns IS NULL OR taken.expires_ns > $4)"
#define TAKEN_SQLITE                                                                               \
    TAKEN("asked.key") " FROM json_each($1) AS asked CROSS JOIN bookings AS taken"                 \
    " WHERE taken.space_id = asked.value AND taken.occupies = 1"                                   \
    " AND taken.end_ns + taken.teardown_ns > $2 AND taken.end_ns + taken.teardown_ns <="           \
    " COALESCE((SELECT late.end_ns + late.teardown_ns FROM bookings AS late"                       \
    " WHERE late.space_id = asked.value AND late.occupies = 1"                                     \
    " AND late.end_ns + late.teardown_ns > $3 ORDER BY late.end_ns + late.teardown_ns LIMIT 1), $3)" \
    " AND taken.start_ns - taken.setup_ns < $3 AND" TAKEN_NOW
#define TAKEN_PGSQL                                                                                \
    TAKEN("asked.place - 1") " FROM json_array_elements_text(CAST($1 AS json)) WITH ORDINALITY"    \
    " AS asked (id, place) CROSS JOIN LATERAL (SELECT * FROM bookings"                             \
    " WHERE " OF_SPACE("asked.id") " AND occupies = 1"                                             \
    " AND int8range(start_ns - setup_ns, end_ns + teardown_ns) && int8range($2, $3)) AS taken"     \
    " WHERE" TAKEN_NOW
/* clang-format on */

/** The row of booking_store_dbd_statements that finds what is taken. */
#define BOOKING_STORE_DBD_TAKEN [BOOKING_TAKEN] = {.sqlite3 = TAKEN_SQLITE, .pgsql = TAKEN_PGSQL}

#endif
