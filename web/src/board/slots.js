// A day of a room as stretches on a grid: what is free, taken, asked for, closed. Pure, and in instants, so that a day
// has 23 or 25 hours where it has.
import { MINUTE, at, instantOf, addDays, wallAt } from '../time.js';

const RANK = { closed: 0, free: 1, past: 2, pending: 3, busy: 4, closure: 5 };

function kindOf({ kind }) {
    if (kind === 'pending') return 'pending';
    return kind === 'closure' ? 'closure' : 'busy';
}

/** Where a day begins and ends, in milliseconds. */
export function dayOf(date, zone) { return { start: at(instantOf(`${date}T00:00`, zone)), end: at(instantOf(`${addDays(date, 1)}T00:00`, zone)) }; }

// A room that is open all day says nothing of when the house is.
function openingOf({ open }, day) {
    return open.length === 1 && at(open[0].start) <= day.start && at(open[0].end) >= day.end ? [] : open;
}

/** The hours to show: from the first that any room is open to the last; of a house that is open all day, or not at all, those of daylight. */
export function hoursOf(items, day) {
    const opening = items.flatMap((item) => openingOf(item, day));
    const stretches = [...opening, ...items.flatMap(({ busy }) => busy)];
    const begins = stretches.map(({ start }) => Math.max(at(start), day.start));
    const ends = stretches.map(({ end }) => Math.min(at(end), day.end));
    const hour = 60 * MINUTE;
    if (opening.length === 0) {
        begins.push(day.start + 8 * hour);
        ends.push(day.start + 20 * hour);
    }
    // Of the room's clock: zones are half and quarter hours apart, too.
    const whole = (time, round) => day.start + round((time - day.start) / hour) * hour;
    return { start: whole(Math.min(...begins), Math.floor), end: whole(Math.max(...ends), Math.ceil) };
}

// Write a kind into all slots that a stretch touches, or, if it has to cover them, only those that it covers.
function mark(slots, stretch, kind, { start, step, covers }) {
    const first = (at(stretch.start) - start) / step;
    const last = (at(stretch.end) - start) / step;
    const from = Math.max(0, covers ? Math.ceil(first) : Math.floor(first));
    const to = Math.min(slots.length, covers ? Math.floor(last) : Math.ceil(last));
    for (let i = from; i < to; i += 1) {
        if (RANK[kind] > RANK[slots[i].kind]) slots[i] = { kind, stretch };
    }
}

/**
 * @param item  of availability: {free, busy}
 * @param span  {start, end}, of hoursOf()
 * @param step  milliseconds of a slot
 * @return [{kind, start, end, span, stretch}]: start and end in milliseconds, span in slots
 */
export function stretchesOf(item, span, step, now) {
    const grid = { start: span.start, step };
    const slots = Array.from({ length: Math.round((span.end - span.start) / step) }, () => ({ kind: 'closed', stretch: null }));
    for (const one of item.free) mark(slots, one, 'free', { ...grid, covers: true });
    for (const one of item.busy) mark(slots, one, kindOf(one), { ...grid, covers: false });
    slots.forEach((slot, i) => { if (slot.kind === 'free' && span.start + (i + 1) * step <= now) slots[i] = { kind: 'past', stretch: null }; });
    const found = [];
    slots.forEach((slot, i) => {
        const last = found[found.length - 1];
        const start = span.start + i * step;
        if (last && last.kind === slot.kind && (slot.kind === 'free' || last.stretch === slot.stretch)) Object.assign(last, { end: start + step, span: last.span + 1 });
        else found.push({ ...slot, start, end: start + step, span: 1 });
    });
    return found;
}

/** The full hours of the head, as the clock shows them: on the two days on which clocks change one is missing, or twice. */
export function headOf(span, zone, step) {
    const heads = [];
    for (let time = span.start; time < span.end; time += 60 * MINUTE) heads.push({ time, clock: wallAt(time, zone).slice(11), span: Math.round((60 * MINUTE) / step) });
    return heads;
}
