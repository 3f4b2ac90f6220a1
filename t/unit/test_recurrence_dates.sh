#!/bin/sh
# The dates of series are those that python3-dateutil, which knows all of RFC 5545, has for the same rules, in
# zones with odd clocks; and what is refused has a cause there, too. Rules are drawn, always the same ones.
exec python3 - "$(pwd)/t/unit/recurrence_dates" <<'END'
import collections, datetime, random, subprocess, sys, warnings, zoneinfo
from dateutil.rrule import rrulestr

ZONES = ['Europe/Helsinki', 'America/Toronto', 'Australia/Lord_Howe', 'Africa/Casablanca', 'UTC']
DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
RULES = 3000
chance = random.Random(5545)
warnings.simplefilter('ignore')


def draw():
    start = datetime.datetime(2024, 1, 1) + datetime.timedelta(days=chance.randrange(2200))
    start = start.replace(hour=chance.choice([2, 2, 2, 9, 18]), minute=chance.choice([0, 15, 30]))
    frequency = chance.choice(['DAILY', 'WEEKLY', 'MONTHLY', 'MONTHLY'])
    parts = [f'FREQ={frequency}']
    if chance.random() < .7:
        parts.append(f'INTERVAL={chance.choice([1, 2, 3, 4, 5, 12, 52])}')
    if frequency == 'WEEKLY' and chance.random() < .8:
        days = set(chance.sample(DAYS, chance.randint(1, 4)))
        if chance.random() < .9:
            days.add(DAYS[start.weekday()])
        parts.append('BYDAY=' + ','.join(sorted(days)))
    if frequency == 'MONTHLY':
        kind = chance.randrange(3)
        month_end = (start.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
        if kind == 0:
            back = (month_end - start.replace(hour=0, minute=0)).days
            parts.append(f'BYMONTHDAY={chance.choice([start.day, start.day, -back, 31])}')
        elif kind == 1:
            back = ((month_end - start.replace(hour=0, minute=0)).days - 1) // 7 + 1
            parts.append(f'BYDAY={chance.choice([(start.day - 1) // 7 + 1, -back])}{DAYS[start.weekday()]}')
    if chance.random() < .5:
        parts.append(f'COUNT={chance.choice([1, 2, 5, 10, 52, 100, 366])}')
    else:
        until = start + datetime.timedelta(days=chance.randrange(900))
        parts.append('UNTIL=' + until.strftime(chance.choice(['%Y%m%dT%H%M00', '%Y%m%dT235959'])))
    return chance.choice(ZONES), start, 'RRULE:' + ';'.join(parts)


def expected(zone, start, rule):
    dates, last = [], start.replace(year=start.year + 2) if (start.month, start.day) != (2, 29) else \
        datetime.datetime(start.year + 2, 3, 1, start.hour, start.minute)
    for date in rrulestr(rule, dtstart=start):
        if not dates and date != start:
            return 'bad-rule'
        if date > last or len(dates) == 366:
            return 'bad-rule'
        # A time that a clock never shows is another one after the way to UTC and back.
        local = date.replace(tzinfo=zoneinfo.ZoneInfo(zone))
        if local.astimezone(datetime.timezone.utc).astimezone(local.tzinfo).replace(tzinfo=None) != date:
            return 'time-does-not-exist'
        dates.append(int(local.timestamp()))
    return ' '.join(map(str, dates)) or 'bad-rule'


rules = [draw() for _ in range(RULES)]
lines = ''.join(f'{zone} {start:%Y-%m-%dT%H:%M} {rule}\n' for zone, start, rule in rules)
got = subprocess.run([sys.argv[1]], input=lines, check=True, capture_output=True, text=True).stdout.splitlines()
outcomes, wrong = collections.Counter(), 0
for (zone, start, rule), dates in zip(rules, got, strict=True):
    wanted = expected(zone, start, rule)
    outcomes[wanted if '-' in wanted else 'dates'] += 1
    if wanted != dates:
        wrong += 1
        if wrong <= 10:
            print(f'{zone} {start} {rule}: is {dates[:80]}, and dateutil has {wanted[:80]}')
print(f'{RULES} rules, {dict(outcomes)}, {wrong} differ')
sys.exit(1 if wrong or min(outcomes['dates'], outcomes['bad-rule'], outcomes['time-does-not-exist']) < 20 else 0)
END
