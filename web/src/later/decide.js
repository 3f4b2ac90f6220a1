// To approve of a request, or to refuse it; and what is said if somebody else was there before.
import { has, post, sentence, showWhen, spaceName, t } from 'bookable-kit';

/** "Hall, Tue, 14 May 2030, 10:00–11:30" */
export function whatText(booking) { return `${spaceName(booking.space)}, ${showWhen(booking)}`; }

/**
 * The version that was looked at goes along: of what somebody has moved meanwhile nobody approves unseen.
 * @param verdict  "approval" or "rejection"
 */
export function decide(booking, verdict, body) {
    return post(`/v1/bookings/${booking.id}/${verdict}`, body, { etag: `"${booking.version}"` });
}

/** All dates of a series that wait. */
export function decideSeries(series, verdict, body) { return post(`/v1/series/${series}/${verdict}`, body); }

/** Whether a refusal means that there is nothing left to decide. */
export function isOver(problem) { return ['not-pending', 'not-found', 'released'].includes(problem.code); }

/** Why it was not done. @param nameOf  a person's name by the id */
export function refusalText(problem, nameOf) {
    if (problem.code === 'version-mismatch') return t('requests.changed');
    if (problem.code !== 'not-pending') return sentence(problem);
    const { state, decidedBy, reason } = problem.body;
    const who = decidedBy ? nameOf(decidedBy) : '';
    const key = `requests.is_${state}${who ? '_by' : ''}`;
    return [has(key) ? t(key, { who }) : t('requests.is_over'), reason].filter(Boolean).join(' ');
}
