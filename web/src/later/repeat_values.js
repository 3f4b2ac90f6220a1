// What is typed into the form of a series, and the body of the request that it becomes. Pure.
import { addDays, bodyOf, isClock, isDate, newValues, spanOf, weekdayOf } from 'bookable-kit';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const TERM = 12 * 7;
const dayNumber = (date) => Number(date.slice(8, 10));

const dayOfWeek = (date) => DAYS[weekdayOf(date)];

/** Which of its kind in the month a date's weekday is: [2], or [4, -1] where it is the last, too. */
export function places(date) {
    const nth = Math.ceil(dayNumber(date) / 7);
    return [nth, ...(addDays(date, 7).slice(0, 7) === date.slice(0, 7) ? [] : [-1])];
}

/**
 * @param asked       of the address: date, from, to, title, people
 * @param start, end  wall times, of what it leaves out
 */
export function firstValues(asked, { start, end }) {
    const date = isDate(asked.get('date')) ? asked.get('date') : start.slice(0, 10);
    const clock = (name, usual) => (isClock(asked.get(name)) ? asked.get(name) : usual);
    const values = newValues({ start, end, title: asked.get('title') || '', people: Number(asked.get('people')) || 1 });
    return {
        ...values, date, anchor: date, from: clock('from', values.from), to: clock('to', values.to),
        freq: 'weekly', interval: 1, days: [dayOfWeek(date)], monthly: 'day', ends: 'until', until: addDays(date, TERM), count: 10,
    };
}

/**
 * Another first date: its weekday comes along, if it was the only one, and so does the end. What is no date yet, because
 * somebody types it, changes nothing: anchor is the last one that was.
 */
export function withDate(values) {
    const { date, anchor } = values;
    if (!isDate(date) || date === anchor) return values;
    const moved = (Date.parse(date) - Date.parse(anchor)) / 86400000;
    const days = values.days.length === 1 && values.days[0] === dayOfWeek(anchor) ? [dayOfWeek(date)] : values.days;
    return { ...values, anchor: date, days, until: isDate(values.until) ? addDays(values.until, moved) : values.until, monthly: 'day' };
}

function ruleOf({ freq, interval, days, monthly, ends, until, count, date }) {
    const end = ends === 'until' ? { until } : { count };
    const rule = { freq, interval: interval || 1, ...end };
    if (freq === 'weekly') return { ...rule, days: DAYS.filter((day) => days.includes(day)) };
    if (freq !== 'monthly') return rule;
    return monthly === 'day' ? { ...rule, monthDay: dayNumber(date) } : { ...rule, nth: Number(monthly), days: [dayOfWeek(date)] };
}

// The first date that keeps the rule: a series may be wished from Tuesday on, for Mondays.
function firstDate({ freq, days, date }) {
    if (freq !== 'weekly') return date;
    return Array.from({ length: 7 }, (none, i) => addDays(date, i)).find((one) => days.includes(dayOfWeek(one)));
}

export function isWhole({ freq, days, ends, until, count, interval, date }) {
    return (freq !== 'weekly' || days.length > 0) && interval >= 1 && (ends === 'until' ? isDate(until) && until >= date : count >= 1);
}

/** The body of a POST. @param except  dates that are left out */
export function seriesBody(space, values, policy, { except, mode }) {
    const { start, end, ...body } = bodyOf(space, values, policy);
    const span = spanOf(values);
    const minutes = (Date.parse(`${span.end}Z`) - Date.parse(`${span.start}Z`)) / 60000;
    return { ...body, start: `${firstDate(values)}T${values.from}`, minutes, rule: ruleOf(values), except, mode };
}
