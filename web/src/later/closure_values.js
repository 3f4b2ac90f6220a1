// What is typed into the form of a closure, and the body of the request that it becomes. Times are those of the rooms'
// clock, without an offset: the server knows its zone.
import { clockOf, dateOf, isClock, isDate, wallOf } from 'bookable-kit';

export function newClosure({ rooms, date, until }) {
    return { rooms, fromDate: date, from: '00:00', toDate: until, to: '00:00', reason: '', public: true, bookings: 'refuse' };
}

export function valuesOfClosure(closure) {
    const { start, end, spaceIds, reason } = closure;
    return { rooms: spaceIds, fromDate: dateOf(start), from: clockOf(start), toDate: dateOf(end), to: clockOf(end), reason: reason || '', public: closure.public, bookings: 'refuse' };
}

/** The places of what is not filled in. */
export function lacking({ rooms, fromDate, from, toDate, to }) {
    return [!isDate(fromDate) && '/start', !isClock(from) && '/from', !isDate(toDate) && '/end', !isClock(to) && '/to', rooms.length === 0 && '/spaces'].filter(Boolean);
}

export function bodyOfClosure(values) {
    return { spaces: values.rooms, start: `${values.fromDate}T${values.from}`, end: `${values.toDate}T${values.to}`, reason: values.reason.trim(), public: values.public, bookings: values.bookings };
}

/** The merge patch: what is not as it was. A new time is judged like a new closure, so both ends go together. */
export function patchOfClosure(values, closure) {
    const { spaces, ...body } = bodyOfClosure(values);
    const patch = {};
    if (body.start !== wallOf(closure.start) || body.end !== wallOf(closure.end)) Object.assign(patch, { start: body.start, end: body.end, bookings: body.bookings });
    if (body.reason !== (closure.reason || '')) patch.reason = body.reason;
    if (body.public !== closure.public) patch.public = body.public;
    return patch;
}
