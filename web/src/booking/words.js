// What is said of bookings and of why one cannot be.
import { has, t } from '../i18n.js';
import { dateOf, showDate, showLength, showSpan, showTime } from '../time.js';

/** "Tue, 14 May 2030, 10:00–11:30" */
export function showWhen({ start, end }) { return `${showDate(dateOf(start))}, ${showSpan(start, end)}`; }

/** A room's name where it is known. */
export function spaceName(space) { return typeof space === 'object' && space ? space.name : space; }
export function spaceId(space) { return typeof space === 'object' && space ? space.id : space; }

// Rules whose limits are minutes.
const MINUTES = /^(length\.|start\.step|lead)/;

/** A rule that is broken, as a sentence; what has none is said in the server's words. */
export function violationText({ rule, limit, detail }) {
    const key = `violation.${rule}`;
    if (!has(key)) return detail || rule;
    return t(key, { limit: MINUTES.test(rule) && Number.isFinite(limit) ? showLength(limit) : limit ?? '', n: Number(limit) || 0 });
}

/** "Taken 10:00–11:30", "Closed …", "Asked for …" */
export function conflictText({ start, end, kind, title }) {
    const key = `conflict_kind.${kind}`;
    return t(has(key) ? key : 'conflict_kind.booking', { span: showSpan(start, end), title: title ? ` (${title})` : '' });
}

/** Why a room is not there for who asks, of availability's short code. */
export function whyText(why, freeFrom) {
    if (freeFrom) return t('why.taken_until', { time: showTime(freeFrom) });
    const key = `why.${why}`;
    return has(key) ? t(key) : String(why || '').replace(/[-.]/g, ' ');
}
