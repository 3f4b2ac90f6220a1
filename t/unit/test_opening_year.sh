#!/bin/sh
# Opening hours of whole years in zones with odd clocks are those that Python's zoneinfo has for the same
# hours: no stretch differs by a second.
exec python3 - "$(pwd)/t/unit/opening_spans" <<'END'
import datetime, subprocess, sys, zoneinfo

ZONES = ['Europe/Helsinki', 'America/Toronto', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Europe/Dublin',
         'Pacific/Apia', 'America/Havana']
YEARS = [2011, 2024, 2025, 2026, 2027, 2028, 2030]
DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)
# Bits of days from Monday on, minutes after midnight: by day, over midnight, and in the hours in which
# clocks are put forward or back.
WEEKS = {
    'by day': [(0x1f, 480, 1320), (0x20, 600, 1080)],
    'by night': [(0x7f, 1200, 1620)],
    'while clocks change': [(0x7f, 30, 90), (0x7f, 135, 150), (0x7f, 165, 210)],
    'around the clock': [(0x7f, 0, 1440)],
}


def expected(zone, first, last, week):
    spans, date = [], first.astimezone(zone).date() - DAY
    while date <= last.astimezone(zone).date():
        midnight = datetime.datetime(date.year, date.month, date.day)
        for days, start, end in week:
            if days >> date.weekday() & 1:
                span = [(midnight + n * MINUTE).replace(tzinfo=zone).timestamp() for n in (start, end)]
                span = [max(span[0], first.timestamp()), min(span[1], last.timestamp())]
                if span[0] < span[1]:
                    spans.append(span)
        date += DAY
    joined = []
    for span in sorted(spans):
        if joined and span[0] <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], span[1])
        else:
            joined.append(span)
    return ''.join(f'{int(a)} {int(b)}\n' for a, b in joined)


compared = wrong = 0
for name in ZONES:
    count = differences = 0
    for year in YEARS:
        first = datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc)
        last = datetime.datetime(year + 1, 1, 1, tzinfo=datetime.timezone.utc)
        for what, week in WEEKS.items():
            got = subprocess.run([sys.argv[1], name, first.isoformat(), last.isoformat(),
                                  *(f'{d}:{a}:{b}' for d, a, b in week)],
                                 check=True, capture_output=True, text=True).stdout
            wanted = expected(zoneinfo.ZoneInfo(name), first, last, week)
            count += wanted.count('\n')
            differ = set(got.splitlines()) ^ set(wanted.splitlines())
            differences += len(differ)
            if differ or not wanted:
                wrong += 1
                print(f'{name}, {year}, {what}: {len(differ)} stretches differ, as {sorted(differ)[:2]}')
    compared += count
    print(f'{name}: {count} stretches compared, {differences} differ')
print(f'{compared} stretches compared, {wrong} lists differ')
sys.exit(1 if wrong or compared < 10000 else 0)
END
