/* bk_recurrence_input: a rule of a series as clients send it, and as it is kept and shown, in JSON:
 *
 *     {"freq":"weekly","interval":2,"days":["mon","wed"],"until":"2030-12-20"}
 *     {"freq":"monthly","nth":-1,"days":["fri"],"count":12}
 *     {"freq":"monthly","monthDay":15,"count":12}
 *     "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20301220"
 *
 * The text is RFC 5545's, of which what a series cannot do is refused. "until" is a date, which is
 * still part of the series; in the text it may be a local time, or an instant in UTC.
 *
 * Any thread may call.
 */
#ifndef BK_RECURRENCE_INPUT_H
#define BK_RECURRENCE_INPUT_H

#include "bk_fault.h"
#include "bk_input.h"
#include "bk_json_text.h"
#include "bk_recurrence.h"

/** Characters of the text, at the most. */
#define BK_RECURRENCE_INPUT_TEXT 300

/** The members of a rule. Constant. */
extern const bk_input_row_t bk_recurrence_input_rows[];

/** A row for a table: a rule as an object or as a text. */
#define BK_RECURRENCE_INPUT_ROW(its_name, its_flags)                                        \
    {                                                                                       \
        .name = its_name, .kind = BK_INPUT_OBJECT, .flags = (its_flags) | BK_INPUT_OR_TEXT, \
        .min = 1, .max = BK_RECURRENCE_INPUT_TEXT, .rows = bk_recurrence_input_rows         \
    }

/**
 * Read a rule.
 * @param rule    set, unless a fault was added
 * @param value   of a row as above
 * @param where   its place
 * @param faults  what is wrong is added, as bad-rule
 * @param p       for texts of faults
 */
void bk_recurrence_input_read(bk_recurrence_t *rule, const bk_input_value_t *value,
                              const bk_fault_pointer_t *where, bk_faults_t *faults, apr_pool_t *p);

/** Write a rule as an object, which bk_recurrence_input_read() reads as the same rule; an instant
 * as its end becomes the text. */
void bk_recurrence_input_write(bk_json_text_t *text, const char *name, const bk_recurrence_t *rule);

#endif
