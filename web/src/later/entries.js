// What is in rooms on some days: bookings, requests and closures, as one list of entries for each room.
import { addDays, at, dateOf, instantOf, list, query, showDate, showSpan, spaceId, t } from 'bookable-kit';

/** How useGet() reads them: the path has from and to, and maybe the building. */
export async function readEntries(path, { signal }) {
    const [bookings, closures] = await Promise.all([
        list(`/v1/bookings${path}&state=confirmed,pending`, { most: 5000, signal }), list(`/v1/closures${path.replace(/[?&]building=[^&]*/, '')}`, { most: 1000, signal }),
    ]);
    return { body: { bookings: bookings.items, closures: closures.items, isMore: bookings.isMore }, etag: null };
}

export function pathOfDays(date, days, building, zone) {
    return query('', { from: instantOf(`${date}T00:00`, zone), to: instantOf(`${addDays(date, days)}T00:00`, zone), building });
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

/** "10:00–11:30", with the date of a beginning on another day. */
export function spanOn(date, { start, end }) { return `${dateOf(start) === date ? '' : `${showDate(dateOf(start))} `}${showSpan(start, end)}`; }

export function whatOf({ kind, title }) {
    if (kind === 'closure') return title ? t('day.closed_why', { reason: title }) : t('day.closed');
    return title || t('mine.untitled');
}
