// What happened to a booking or a closure, as a sentence.
import { dateOf, has, showDate, showSpan, showTime, t } from 'bookable-kit';

const when = ({ start, end }) => `${showDate(dateOf(start))}, ${showSpan(start, end)}`;

/** "Tue, 14 May 2030, 09:12", by the clock of the room. */
export function timeText({ at }) { return `${showDate(dateOf(at))}, ${showTime(at)}`; }

// What of a booking is not as it was. Titles and notes are not in the log.
function changesText({ before, after }, { roomOf, nameOf }) {
    const changes = [];
    if (before.space !== after.space) changes.push(t('event.to_room', { from: roomOf(before.space), to: roomOf(after.space) }));
    if (before.start !== after.start || before.end !== after.end) changes.push(t('event.to_time', { from: when(before), to: when(after) }));
    if (before.owner !== after.owner) changes.push(t('event.to_owner', { from: nameOf(before.owner), to: nameOf(after.owner) }));
    if (before.state !== after.state) changes.push(t('event.to_state', { state: t(`state.${after.state}`) }));
    return changes.length ? changes.join('; ') : t('event.to_other');
}

/** @param names  {roomOf, nameOf}: functions of an id */
export function eventText(event, names) {
    const { type, before, after, actor } = event;
    const its = after || before;
    const key = type === 'booking.created' && after?.state === 'pending' ? 'event.booking.requested' : `event.${type}`;
    const values = { who: names.nameOf(actor), owner: its?.owner ? names.nameOf(its.owner) : '', room: names.roomOf(its?.space || event.space), when: its?.start ? when(its) : '' };
    if (type === 'booking.changed' && before && after) return t(key, { ...values, what: changesText(event, names) });
    const isOwn = its?.owner && its.owner === actor && has(`${key}_own`);
    if (isOwn) return t(`${key}_own`, values);
    return has(key) ? t(key, values) : t('event.other', { ...values, type });
}

export function viaText({ via }) { return via && has(`event.via_${via}`) ? t(`event.via_${via}`) : via || ''; }
