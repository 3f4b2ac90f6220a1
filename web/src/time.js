// Dates and clocks. Answers of the API are in the room's zone: "2030-05-14T10:00:00+03:00" holds both the clock
// on the wall there and the instant, so most of this only cuts texts. A wall time is "2030-05-14T10:00".
import { keptOr, write, writeKept } from './forms.js';
import { locale, t } from './i18n.js';
import { settings } from './settings.js';

export const MINUTE = 60000;

// Where the browser has Temporal it is asked for zones: it needs a fiftieth of the time that Intl takes at first.
export const browserZone = () => (globalThis.Temporal ? Temporal.Now.timeZoneId() : Intl.DateTimeFormat().resolvedOptions().timeZone);

/** The wall time of an answer's instant, its date, its time of day. */
export const wallOf = (instant) => instant.slice(0, 16);
export const dateOf = (instant) => instant.slice(0, 10);
export const clockOf = (instant) => instant.slice(11, 16);
export const at = (instant) => Date.parse(instant);
export const minutesBetween = (start, end) => Math.round((at(end) - at(start)) / MINUTE);

// To make one of these takes a hundred times as long as to use it, and a board uses thousands.
const formats = new Map();
function formatOf(tag, options) {
    const key = tag + JSON.stringify(options);
    if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(tag, options));
    return formats.get(key);
}

/** The wall time in a zone at an instant, in milliseconds. */
export function wallAt(time, zone) {
    if (globalThis.Temporal) return Temporal.Instant.fromEpochMilliseconds(Math.floor(time)).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' });
    const parts = formatOf('en-CA', {
        timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
    }).formatToParts(new Date(time));
    const part = (type) => parts.find((one) => one.type === type).value;
    return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

export const today = (zone) => dateOf(wallAt(Date.now(), zone));

const asUtc = (wall) => Date.parse(`${wall.length === 10 ? `${wall}T00:00` : wall}:00Z`);
const fromUtc = (time) => (Number.isNaN(time) ? '' : new Date(time).toISOString().slice(0, 16));

/** Minutes east of Greenwich that a zone is at an instant. */
function offsetAt(time, zone) { return Math.round((asUtc(wallAt(time, zone)) - Math.floor(time / MINUTE) * MINUTE) / MINUTE); }

/**
 * The instant of a wall time, as RFC 3339 with its offset. Of an hour that comes twice it is the first; one that is
 * left out becomes the same time as if the clock had not been put forward yet. For questions only: what is booked is
 * sent as a wall time, which the server judges.
 */
export function instantOf(wall, zone) {
    const guess = asUtc(wall);
    const offsets = [offsetAt(guess - 86400000, zone), offsetAt(guess + 86400000, zone)];
    const exact = offsets.find((offset) => offsetAt(guess - offset * MINUTE, zone) === offset);
    const offset = exact ?? offsets[0];
    const size = Math.abs(offset);
    const two = (n) => String(n).padStart(2, '0');
    return `${wall}:00${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Whether a text is a day of the calendar, in the years that there are bookings in; and whether it is a time of day. */
export function isDate(text) { return /^\d{4}-\d\d-\d\d$/.test(text || '') && text > '1971' && text < '9999' && asUtc(text) > 0 && addDays(text, 0) === text; }
export function isClock(text) { return /^([01]\d|2[0-3]):[0-5]\d$/.test(text || ''); }

export function addDays(date, days) { return dateOf(fromUtc(asUtc(date) + days * 1440 * MINUTE)); }
export function addMinutes(wall, minutes) { return fromUtc(asUtc(wall) + minutes * MINUTE); }
export function weekdayOf(date) { return new Date(asUtc(date)).getUTCDay(); }

/** Up to the next full step of so many minutes. */
function roundUp(wall, step) { return fromUtc(Math.ceil(asUtc(wall) / (step * MINUTE)) * step * MINUTE); }

/** A wall time as the clock shows it: one that is left out is what it is by the clock that was put forward. */
export function shownWall(wall, zone) { return wallAt(at(instantOf(wall, zone)), zone); }

/**
 * The next full step of so many minutes, as a wall time that can be booked: one that the clock shows, and that is still to
 * come, as a minute that has begun is not. Of an hour that comes twice the first is meant, so in the second one it is the
 * end of that hour.
 */
export function nextWall(time, zone, step) {
    let wall = roundUp(wallAt(time, zone), step);
    while (at(instantOf(wall, zone)) <= time) wall = addMinutes(wall, step);
    return shownWall(wall, zone);
}

/** 1 for Monday; 0 for Sunday, as chosen, or as is usual in the language. */
export function weekStart() {
    const chosen = settings.get().weekStart;
    if (chosen !== undefined) return chosen;
    const here = new Intl.Locale(locale());
    const info = here.getWeekInfo?.() ?? here.weekInfo;
    return info ? info.firstDay % 7 : 1;
}

/** The seven dates of the week that a date is in. */
export function weekOf(date) {
    const back = (weekdayOf(date) - weekStart() + 7) % 7;
    return Array.from({ length: 7 }, (none, i) => addDays(date, i - back));
}

// ---- as people write them

function format(wall, options) {
    const tag = locale();
    // While one types there is not always a date or a time.
    if (Number.isNaN(asUtc(wall))) return '–';
    return write(`${tag} ${JSON.stringify(options)}`, () => formatOf(tag, { timeZone: 'UTC', ...options }), new Date(asUtc(wall)));
}

/** How hours are shown: 12 or 24 of them, as chosen, or as is usual in the language. */
function hourCycle() {
    const tag = locale();
    const isUsual = () => formatOf(tag, { hour: 'numeric' }).resolvedOptions().hour12;
    const usual = keptOr(`${tag} hour12`, isUsual) ?? isUsual();
    const has12 = settings.get().hours === undefined ? usual : settings.get().hours === 12;
    return { hourCycle: has12 ? 'h12' : 'h23', hour: has12 ? 'numeric' : '2-digit' };
}

export const showTime = (wall) => format(wall.length > 16 ? wallOf(wall) : wall, { minute: '2-digit', ...hourCycle() });
export const showDate = (date) => format(date.slice(0, 10), { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
export const showDay = (date) => format(date.slice(0, 10), { weekday: 'long', day: 'numeric', month: 'long' });
export const showMonthDay = (date) => format(date.slice(0, 10), { day: 'numeric', month: 'short' });
export const showWeekday = (date, width = 'long') => format(date.slice(0, 10), { weekday: width });

const IN_FIELD = {
    date: { year: 'numeric', month: '2-digit', day: '2-digit' },
    time: { hour: '2-digit', minute: '2-digit' },
};

/**
 * What the browser itself shows in a field for a date or a time, in its own language; nothing until that is kept.
 * @param type  "date", "time"
 */
export function fieldText(type, value) {
    if (!(type === 'date' ? isDate : isClock)(value)) return '';
    const wall = type === 'date' ? value : `2030-01-01T${value}`;
    return writeKept(`${navigator.language} field ${type}`, () => new Intl.DateTimeFormat(undefined, { timeZone: 'UTC', ...IN_FIELD[type] }), new Date(asUtc(wall))) ?? '';
}

/** "10:00–11:30", with the date of the end if it is on another day, and not the midnight after. */
export function showSpan(start, end) {
    const isNight = clockOf(end) === '00:00' && dateOf(end) === addDays(dateOf(start), 1);
    const other = dateOf(start) !== dateOf(end) && !isNight;
    return `${showTime(start)}–${other ? `${showDate(end)} ` : ''}${showTime(end)}`;
}

/** An instant of the server's own clock, such as when a token was made, on this device's clock. */
export function showInstant(instant) {
    return new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', year: 'numeric', minute: '2-digit', ...hourCycle() }).format(new Date(instant));
}

/** "1 h 30 min" */
export function showLength(minutes) {
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    const days = Math.floor(hours / 24);
    if (days && !(minutes % 1440)) return t('time.days', { n: days });
    return [hours && t('time.hours', { n: hours }), (rest || !hours) && t('time.minutes', { n: rest })].filter(Boolean).join(' ');
}

/** "5 minutes ago" */
export function showAgo(instant) {
    const seconds = Math.round((at(instant) - Date.now()) / 1000);
    const words = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
    for (const [unit, size] of [['day', 86400], ['hour', 3600], ['minute', 60]]) {
        if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
    }
    return words.format(0, 'minute');
}
