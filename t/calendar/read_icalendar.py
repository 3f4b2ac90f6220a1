"""Reads a calendar with python3-icalendar: prints what t/calendar/read_libical.c prints."""
import sys

from icalendar import Calendar

calendar = Calendar.from_ical(sys.stdin.buffer.read())
if any(component.errors for component in calendar.walk()):
    sys.exit(str([component.errors for component in calendar.walk()]))
for event in calendar.walk('VEVENT'):
    print('|'.join(str(value) for value in (
        event['UID'], int(event.decoded('DTSTART').timestamp()), int(event.decoded('DTEND').timestamp()),
        event['SEQUENCE'], event['STATUS'], event['SUMMARY'])))
