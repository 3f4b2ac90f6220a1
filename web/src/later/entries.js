// What is in rooms on some days: bookings, requests and closures, as one list of entries for each room.
import { addDays, at, instantOf, list, query, showSpan, showTime, spaceId, t, wallOf } from 'bookable-kit';

/** How useGet() reads them: the path has from and to, and maybe the building. */
export async function readEntries(path, { signal }) {
    const [bookings, closures] = await Promise.all([
        list(`/v1/bookings${path}&state=confirmed,pending`, { most: 5000, signal }), list(`/v1/closures${path.replace(/[?&]building=[^&]*/, '')}`, { most: 1000, signal }),
    ]);
    return { body: { bookings: bookings.items, closures: closures.items, isMore: bookings.isMore }, etag: null };
}

/** @param zones  of the rooms: a day is asked for from where it begins first to where it ends last */
export function pathOfDays(date, days, building, zones) {
    const instants = (day) => zones.map((zone) => instantOf(`${day}T00:00`, zone)).sort((one, other) => at(one) - at(other));
    return query('', { from: instants(date)[0], to: instants(addDays(date, days)).at(-1), building });
}

/** @return a Map of the ids of rooms: [{kind, start, end, title, booking or closure}], by their starts */
export function entriesOf({ bookings, closures }) {
    const found = new Map();
    const add = (id, entry) => found.set(id, [...(found.get(id) || []), entry]);
    for (const one of bookings) add(spaceId(one.space), { kind: one.state === 'pending' ? 'pending' : 'booking', key: one.id || one.key, start: one.start, end: one.end, title: one.title || null, booking: one });
    for (const one of closures) for (const id of one.spaceIds) add(id, { kind: 'closure', key: `c${one.id}`, start: one.start, end: one.end, title: one.reason, closure: one });
    for (const entries of found.values()) entries.sort((a, b) => at(a.start) - at(b.start));
    return found;
}

/** Those that touch a day of a room. */
export function onDay(entries, date, zone) {
    const start = at(instantOf(`${date}T00:00`, zone));
    const end = at(instantOf(`${addDays(date, 1)}T00:00`, zone));
    return entries.filter((one) => at(one.start) < end && at(one.end) > start);
}

/** What of a day it takes: "10:00–11:30", "until 10:00" of what began before, "from 10:00" of what goes on, "all day". */
export function spanOn(date, { start, end }) {
    const [from, to] = [`${date}T00:00`, `${addDays(date, 1)}T00:00`];
    const isEarlier = wallOf(start) < from;
    const isLater = wallOf(end) > to;
    if (wallOf(start) <= from && wallOf(end) >= to) return t('day.whole');
    if (isEarlier) return t('day.until', { time: showTime(end) });
    return isLater ? t('day.from', { time: showTime(start) }) : showSpan(start, end);
}

export function whatOf({ kind, title }) {
    if (kind === 'closure') return title ? t('day.closed_why', { reason: title }) : t('day.closed');
    return title || t('mine.untitled');
}
