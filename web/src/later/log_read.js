// The log is read by a cursor, from its beginning on: it has no end to begin at. What is wanted of it is kept, at most a
// number of events, and what comes later is read on from where it was left.
import { get, query } from 'bookable-kit';

const KEPT = 300;
const PAGE = 500;
const TURNS = 40;

export const EMPTY = { events: [], next: null, isMore: true };

function wanted(event, { person, from, to }) {
    if (person && ![event.actor, event.before?.owner, event.after?.owner].some((one) => one !== null && one !== undefined && String(one) === person)) return false;
    const date = event.at.slice(0, 10);
    return (!from || date >= from) && (!to || date <= to);
}

/**
 * Read on, to the end of the log or for so many pages as somebody waits for.
 * @param was      what was read before, with the same filters; EMPTY
 * @param filters  {type, space, person, from, to}
 * @return {events, next, isMore}: the latest events, the last one first
 */
export async function readOn(was, filters, signal) {
    let { events, next, isMore } = was;
    for (let turn = 0; turn < TURNS; turn += 1) {
        const { body } = await get(query('/v1/events', { type: filters.type, space: filters.space, limit: PAGE, after: next }), { signal });
        events = [...body.items.filter((one) => wanted(one, filters)).reverse(), ...events].slice(0, KEPT);
        next = body.next;
        isMore = body.more;
        if (!isMore) break;
    }
    return { events, next, isMore };
}
