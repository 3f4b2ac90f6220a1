#include "bk_ics.h"

#include <stdio.h>
#include <string.h>

#include "bk_time.h"

/* Octets of a line, at the most, without its end (RFC 5545, section 3.1). */
#define LINE 75

/* ---- lines --------------------------------------------------------------------------------------
 */

/* The length of a character, in UTF-8. */
static int octets_of(const char *character)
{
    unsigned char first = (unsigned char)*character;

    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Characters are not cut in two. */
static void put(bk_ics_t *ics, const char *text, int len)
{
    if (ics->octets + len > LINE) {
        bk_pieces_text(&ics->pieces, "\r\n ");
        ics->octets = 1;
    }
    bk_pieces_write(&ics->pieces, text, (apr_size_t)len);
    ics->octets += len;
}

static void put_all(bk_ics_t *ics, const char *text)
{
    for (; *text; text += octets_of(text)) {
        put(ics, text, octets_of(text));
    }
}

static void end_line(bk_ics_t *ics)
{
    bk_pieces_text(&ics->pieces, "\r\n");
    ics->octets = 0;
}

void bk_ics_line(bk_ics_t *ics, const char *name, const char *value)
{
    put_all(ics, name);
    put(ics, ":", 1);
    put_all(ics, value);
    end_line(ics);
}

static void put_escaped(bk_ics_t *ics, const char *character, int len)
{
    char escaped[2] = {'\\', *character};

    if (*character == '\n') {
        put(ics, "\\n", 2);
    }
    else if (strchr("\\;,", *character)) {
        put(ics, escaped, 2);
    }
    else if ((unsigned char)*character >= ' ' || *character == '\t') {
        put(ics, character, len);
    }
}

void bk_ics_text(bk_ics_t *ics, const char *name, const char *text)
{
    put_all(ics, name);
    put(ics, ":", 1);
    for (; *text; text += octets_of(text)) {
        put_escaped(ics, text, octets_of(text));
    }
    end_line(ics);
}

/* ---- times --------------------------------------------------------------------------------------
 */

#define CLOCK_ROOM sizeof("YYYYMMDDTHHMMSS")

/* A clock's time, without the signs in it: from YYYY-MM-DDTHH:MM:SS. */
static void write_clock(char room[CLOCK_ROOM], apr_int64_t wall)
{
    bk_time_t time = {wall, 0};
    char text[BK_TIME_TEXT], *to = room;
    int i;

    bk_time_write(&time, text);
    for (i = 0; i < 19; i++) {
        if (text[i] != '-' && text[i] != ':') {
            *to++ = text[i];
        }
    }
    *to = '\0';
}

void bk_ics_utc(bk_ics_t *ics, const char *name, apr_int64_t ns)
{
    char clock[CLOCK_ROOM + 1];

    write_clock(clock, ns);
    strcat(clock, "Z");
    bk_ics_line(ics, name, clock);
}

void bk_ics_wall(bk_ics_t *ics, const char *name, const char *tzid, apr_int64_t ns, int offset)
{
    char clock[CLOCK_ROOM];

    write_clock(clock, ns + offset * BK_TIME_SECOND);
    put_all(ics, name);
    put_all(ics, ";TZID=");
    put_all(ics, tzid);
    put(ics, ":", 1);
    put_all(ics, clock);
    end_line(ics);
}

/* ---- zones --------------------------------------------------------------------------------------
 */

static void write_offset(bk_ics_t *ics, const char *name, int offset)
{
    int seconds = offset < 0 ? -offset : offset;
    char text[16];
    int len = snprintf(text, sizeof(text), "%c%02d%02d", offset < 0 ? '-' : '+',
                       seconds / 3600 % 100, seconds / 60 % 60);

    if (seconds % 60) {
        snprintf(text + len, sizeof(text) - (size_t)len, "%02d", seconds % 60);
    }
    bk_ics_line(ics, name, text);
}

/* An offset that holds from an instant on. It begins at the time that a clock would show that had
 * not been changed. */
static void write_change(bk_ics_t *ics, apr_int64_t ns, int before, int after)
{
    const char *kind = after > before ? "DAYLIGHT" : "STANDARD";
    char clock[CLOCK_ROOM];

    write_clock(clock, ns + before * BK_TIME_SECOND);
    bk_ics_line(ics, "BEGIN", kind);
    bk_ics_line(ics, "DTSTART", clock);
    write_offset(ics, "TZOFFSETFROM", before);
    write_offset(ics, "TZOFFSETTO", after);
    bk_ics_line(ics, "END", kind);
}

/* The first second with the later one of two offsets, which changed once between two instants. */
static apr_int64_t find_change(bk_ics_offset_t *offset, const void *zone, apr_int64_t from,
                               apr_int64_t to)
{
    int before = offset(zone, from);

    while (to - from > BK_TIME_SECOND) {
        apr_int64_t middle = from + (to - from) / (2 * BK_TIME_SECOND) * BK_TIME_SECOND;

        if (offset(zone, middle) == before) {
            from = middle;
        }
        else {
            to = middle;
        }
    }
    return to;
}

void bk_ics_zone(bk_ics_t *ics, const char *tzid, bk_ics_offset_t *offset, const void *zone,
                 apr_int64_t from_ns, apr_int64_t to_ns)
{
    apr_int64_t at = from_ns / BK_TIME_SECOND * BK_TIME_SECOND, next;
    int before = offset(zone, at);

    bk_ics_line(ics, "BEGIN", "VTIMEZONE");
    bk_ics_text(ics, "TZID", tzid);
    write_change(ics, at, before, before);
    for (; at < to_ns; at = next) {
        int after;

        next = at + BK_TIME_DAY;
        after = offset(zone, next);
        if (after != before) {
            write_change(ics, find_change(offset, zone, at, next), before, after);
            before = after;
        }
    }
    bk_ics_line(ics, "END", "VTIMEZONE");
}

/* ---- the calendar -------------------------------------------------------------------------------
 */

void bk_ics_begin(bk_ics_t *ics, bk_pieces_flush_t *flush, void *context, const char *product)
{
    bk_pieces_begin(&ics->pieces, flush, context);
    ics->octets = 0;
    bk_ics_line(ics, "BEGIN", "VCALENDAR");
    bk_ics_line(ics, "VERSION", "2.0");
    bk_ics_line(ics, "PRODID", product);
    bk_ics_line(ics, "CALSCALE", "GREGORIAN");
}

apr_status_t bk_ics_end(bk_ics_t *ics)
{
    bk_ics_line(ics, "END", "VCALENDAR");
    return bk_pieces_end(&ics->pieces);
}
