// What is typed into the form of a booking, and the body of the request that it becomes. Times are sent as the room's
// clock shows them, without an offset: the server knows its zone.
import { addDays, addMinutes, clockOf, dateOf, isClock, isDate, wallOf } from '../time.js';

/** @param start, end  wall times of the room */
export function newValues({ start, end, title = '', people = 1 }) {
    return { date: dateOf(start), from: clockOf(start), to: clockOf(end), title, notes: '', people, attributes: {}, acceptTerms: false };
}

/** Of a booking that is there. */
export function valuesOf(booking) {
    const { start, end, title, notes, people, attributes } = booking;
    return { date: dateOf(start), from: clockOf(start), to: clockOf(end), title: title || '', notes: notes || '', people: people ?? 1, attributes: attributes || {}, acceptTerms: true };
}

/** Start and end as wall times. An end that is not after the start is on the next day. */
export function spanOf({ date, from, to }) {
    const start = `${date}T${from}`;
    const end = to > from ? `${date}T${to}` : `${addDays(date, 1)}T${to}`;
    return { start, end };
}

/** The places of what is not filled in. */
export function lacking({ date, from, to }) { return [!isDate(date) && '/start', !isClock(from) && '/from', !isClock(to) && '/end'].filter(Boolean); }
export function isComplete(values) { return lacking(values).length === 0; }

/** The times moved to another start; the length stays, if there is one. */
export function withStart(values, from) {
    if (!isComplete(values) || !isClock(from)) return { ...values, from };
    const { start, end } = spanOf(values);
    const length = (Date.parse(`${end}Z`) - Date.parse(`${start}Z`)) / 60000;
    return { ...values, from, to: clockOf(addMinutes(`${values.date}T${from}`, length)) };
}

/** The body of a POST. @param policy  of the room, whose fields and terms are asked for; or null */
export function bodyOf(space, values, policy) {
    const body = { space, ...spanOf(values), title: values.title.trim() || null, people: values.people ?? 1 };
    if (values.notes.trim()) body.notes = values.notes.trim();
    const answers = Object.entries(values.attributes).filter(([, value]) => value !== '');
    if (answers.length) body.attributes = Object.fromEntries(answers);
    if (policy?.terms && values.acceptTerms) body.acceptTerms = policy.terms.version;
    return body;
}

// Of answers that are not as they were: null for one that was emptied.
function answersOf({ attributes }, were) {
    const changed = Object.keys(attributes).filter((key) => attributes[key] !== (were.attributes[key] ?? ''));
    return changed.length ? Object.fromEntries(changed.map((key) => [key, attributes[key] || null])) : undefined;
}

/** The merge patch of a booking: what is not as it was. */
export function patchOf(values, booking) {
    const were = valuesOf(booking);
    const patch = {};
    const { start, end } = spanOf(values);
    if (start !== wallOf(booking.start)) patch.start = start;
    if (end !== wallOf(booking.end)) patch.end = end;
    // A start that moves takes the end along, so that neither is judged beside the other's old value.
    if (patch.start && !patch.end) patch.end = end;
    if (patch.end && !patch.start) patch.start = start;
    if (values.title !== were.title) patch.title = values.title.trim() || null;
    if (values.notes !== were.notes) patch.notes = values.notes.trim() || null;
    if (values.people !== were.people) patch.people = values.people ?? 1;
    const attributes = answersOf(values, were);
    return attributes ? { ...patch, attributes } : patch;
}
