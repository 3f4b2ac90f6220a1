// What of a day is free, room by room: the hours of its rules, less what is booked. Pure. It is a picture: what can be
// booked the server decides when it is booked, and the form says so before.
import { MINUTE, addDays, at, dateOf, instantOf, minutesBetween, today, wallAt, weekdayOf } from './time.js';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const daysOf = ({ from, to }) => (Date.parse(to) - Date.parse(from)) / 86400000;

// The hours of a date: of the narrowest exception that it is in, else of its weekday.
function hoursOn(policy, date) {
    const exceptions = (policy.exceptions || []).filter(({ from, to }) => from <= date && date <= to).sort((a, b) => daysOf(a) - daysOf(b));
    if (exceptions.length) return exceptions[0].hours;
    return policy.hours && policy.hours.filter(({ days }) => days.includes(DAYS[weekdayOf(date)]));
}

function joined(spans) {
    const found = [];
    for (const span of [...spans].sort((a, b) => at(a.start) - at(b.start))) {
        const last = found.at(-1);
        if (last && at(span.start) <= at(last.end)) { if (at(span.end) > at(last.end)) last.end = span.end; } else found.push({ ...span });
    }
    return found;
}

/** When a room is open on a date, as instants; what began the evening before, too. A policy that is null: all day. */
export function openOn(policy, date, zone) {
    const whole = { start: instantOf(`${date}T00:00`, zone), end: instantOf(`${addDays(date, 1)}T00:00`, zone) };
    const spans = [];
    for (const one of [addDays(date, -1), date]) {
        const hours = policy && hoursOn(policy, one);
        if (!hours) { if (one === date) spans.push({ ...whole }); continue; }
        for (const { from, to } of hours) {
            const end = to === '24:00' ? `${addDays(one, 1)}T00:00` : `${to > from ? one : addDays(one, 1)}T${to}`;
            spans.push({ start: instantOf(`${one}T${from}`, zone), end: instantOf(end, zone) });
        }
    }
    return joined(spans).filter(({ start, end }) => at(end) > at(whole.start) && at(start) < at(whole.end));
}

/** Stretches less others. */
export function less(spans, taken) {
    let left = spans;
    for (const cut of taken) {
        left = left.flatMap((span) => {
            if (at(cut.end) <= at(span.start) || at(cut.start) >= at(span.end)) return [span];
            return [{ start: span.start, end: cut.start }, { start: cut.end, end: span.end }].filter(({ start, end }) => at(start) < at(end));
        });
    }
    return left;
}

const idOf = (space) => (typeof space === 'object' ? space.id : space);

/** @return a room's day: {space, open, busy, free} of each room, in their order */
export function dayOfRooms(rooms, bookings, date) {
    const taken = new Map();
    for (const one of bookings) {
        const id = idOf(one.space);
        taken.set(id, [...(taken.get(id) || []), { start: one.start, end: one.end, kind: one.state === 'pending' ? 'pending' : 'booking', title: one.title || null, booking: one.id || null }]);
    }
    const opened = new Map();
    return rooms.map((room) => {
        const policy = typeof room.policy === 'object' ? room.policy : null;
        const zone = policy?.timeZone || room.timeZone;
        const rules = `${policy?.id} ${zone}`;
        if (!opened.has(rules)) opened.set(rules, openOn(policy, date, zone));
        const open = opened.get(rules);
        const busy = taken.get(room.id) || [];
        return { space: room.id, open, busy, free: less(open, busy), isAllDay: !policy?.hours };
    });
}

const names = (user) => ['everyone', `user:${user.id}`, ...user.groups.map((group) => `group:${group}`)];

/** "book", "ask" or null: what somebody may do with a room by its rules. */
export function mayDo(room, user, isFree) {
    const policy = typeof room.policy === 'object' ? room.policy : null;
    const is = (list) => list?.some((one) => names(user).includes(one));
    if (!policy || isFree || is(policy.override) || is(room.managers) || is(policy.book || ['everyone'])) return 'book';
    return is(policy.request) ? 'ask' : null;
}

function brokenRule({ length, horizon, lead }, start, minutes, zone) {
    if (length?.min > minutes) return 'length.min';
    if (length?.max < minutes) return 'length.max';
    if (length?.step && minutes % length.step) return 'length.step';
    if (horizon && dateOf(start) > addDays(today(zone), horizon.days)) return 'horizon';
    if (lead && at(start) - Date.now() < lead * MINUTE) return 'lead';
    return null;
}

/**
 * Why a room is not there at a time; null: it is.
 * @return {why} or {why: "taken", until}
 */
export function whyNot(room, item, start, end, user, isFree) {
    if (!mayDo(room, user, isFree)) return { why: 'not-bookable-by-you' };
    if (item.free.some((one) => at(one.start) <= at(start) && at(end) <= at(one.end))) {
        const why = typeof room.policy === 'object' && room.policy && !isFree ? brokenRule(room.policy, start, minutesBetween(start, end), room.timeZone) : null;
        return why && { why };
    }
    const taken = item.busy.filter((one) => at(one.start) < at(end) && at(one.end) > at(start));
    return taken.length ? { why: 'taken', until: taken.at(-1).end } : { why: 'hours' };
}

/** The first start at or after a time from which a room is free for so long, on a grid of minutes; null: none that day. */
export function nextStart(item, start, minutes, grid, zone) {
    for (const one of item.free) {
        const first = Math.ceil(Math.max(at(one.start), at(start)) / (grid * MINUTE)) * grid * MINUTE;
        if (first + minutes * MINUTE <= at(one.end)) return wallAt(first, zone);
    }
    return null;
}
