/* bk_ics: writes a calendar (RFC 5545) in pieces: content lines, folded and escaped, and time
 * zones.
 *
 *     bk_ics_begin(&ics, bk_spool_write, spool, "-//Bookable//EN");
 *     bk_ics_zone(&ics, "Europe/Helsinki", offset_of, zone, from_ns, to_ns);
 *     bk_ics_line(&ics, "BEGIN", "VEVENT");
 *     bk_ics_wall(&ics, "DTSTART", "Europe/Helsinki", ns, offset);
 *     bk_ics_text(&ics, "SUMMARY", title);
 *     bk_ics_line(&ics, "END", "VEVENT");
 *     rv = bk_ics_end(&ics);
 *
 * libical, which the tests read all of this with, does not write it: it keeps its time zones, and
 * the prefix of their names, in one place for the whole process, in which other modules may use it,
 * too; and its rules of time zones are others than those of GLib, by which bookings are judged.
 * Writing is simple; reading, and expanding rules, is what needs a library.
 *
 * A writer is used by one thread at a time.
 */
#ifndef BK_ICS_H
#define BK_ICS_H

#include "bk_pieces.h"

typedef struct bk_ics_t {
    bk_pieces_t pieces;
    int octets; /* of the present line */
} bk_ics_t;

/** The offset of a zone from UTC at an instant, in seconds. @param ns  nanoseconds since the epoch
 */
typedef int bk_ics_offset_t(const void *zone, apr_int64_t ns);

/**
 * Begin a calendar.
 * @param flush    receives it in pieces
 * @param context  its first argument
 * @param product  what wrote it (PRODID)
 */
void bk_ics_begin(bk_ics_t *ics, bk_pieces_flush_t *flush, void *context, const char *product);

/** Write a line. @param name  with its parameters @param value  as it stands in the line */
void bk_ics_line(bk_ics_t *ics, const char *name, const char *value);

/** Write a line whose value is a text: it is escaped; other control characters than line feeds and
 * tabs are left out. @param text  valid UTF-8 */
void bk_ics_text(bk_ics_t *ics, const char *name, const char *text);

/** Write an instant in UTC. @param ns  nanoseconds since the epoch; parts of a second are left out
 */
void bk_ics_utc(bk_ics_t *ics, const char *name, apr_int64_t ns);

/**
 * Write an instant by the clock of a zone that the calendar has.
 * @param name    without parameters
 * @param tzid    the zone's name
 * @param offset  of the zone at that instant, in seconds
 */
void bk_ics_wall(bk_ics_t *ics, const char *name, const char *tzid, apr_int64_t ns, int offset);

/**
 * Write a zone (VTIMEZONE), with each change of its offset in a span of time.
 * @param tzid     its name
 * @param offset   tells its offset
 * @param zone     the first argument of offset
 * @param from_ns  where the span begins, nanoseconds since the epoch; the offset there holds for
 *                 all that is before
 * @param to_ns    where it ends
 */
void bk_ics_zone(bk_ics_t *ics, const char *tzid, bk_ics_offset_t *offset, const void *zone,
                 apr_int64_t from_ns, apr_int64_t to_ns);

/** End the calendar. @return APR_SUCCESS, or the first error of flush */
apr_status_t bk_ics_end(bk_ics_t *ics);

#endif
