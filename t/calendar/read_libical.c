/* Reads a calendar with libical: prints UID, beginning and end (seconds since the epoch, by the
 * calendar's own time zones), SEQUENCE, STATUS and SUMMARY of each event; fails if there is
 * anything that libical takes for an error. */
#include <stdio.h>
#include <stdlib.h>

#include <libical/ical.h>

static char text[4 << 20];

static long long seconds(icalproperty *property, icalcomponent *event)
{
    struct icaltimetype time = icalproperty_get_datetime_with_component(property, event);

    return (long long)icaltime_as_timet_with_zone(time, icaltime_get_timezone(time));
}

int main(void)
{
    size_t len = fread(text, 1, sizeof(text) - 1, stdin);
    icalcomponent *calendar = len ? icalparser_parse_string(text) : NULL, *event;

    if (!calendar || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT) {
        fprintf(stderr, "no calendar\n");
        return EXIT_FAILURE;
    }
    icalrestriction_check(calendar);
    if (icalcomponent_count_errors(calendar)) {
        fprintf(stderr, "%s\n", icalcomponent_as_ical_string(calendar));
        return EXIT_FAILURE;
    }
    for (event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        printf("%s|%lld|%lld|%d|%s|%s\n", icalcomponent_get_uid(event),
               seconds(icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY), event),
               seconds(icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY), event),
               icalcomponent_get_sequence(event),
               icalproperty_status_to_string(icalcomponent_get_status(event)),
               icalcomponent_get_summary(event));
    }
    return EXIT_SUCCESS;
}
