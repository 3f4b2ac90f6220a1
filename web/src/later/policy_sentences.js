// How what is in the form of rules is said, field by field: of Conflict.
import { exceptionText, showClock, showDate, showLength, spansText, t } from 'bookable-kit';
import { counted, listed, quoted, yesNo } from './conflict.jsx';
import { KINDS, useSubjectNames } from './subjects.js';
import { words } from './words.js';

const lasting = (minutes) => (minutes === null ? t('conflict.empty') : showLength(minutes));

function openText({ isAlways, hours }) {
    if (isAlways) return t('policy.open_always');
    return hours.length ? spansText(hours) : t('policy.closed');
}

const exceptionsText = ({ exceptions }) => exceptions.map((one) => {
    const days = one.to && one.to !== one.from ? `${showDate(one.from)} – ${showDate(one.to)}` : showDate(one.from);
    return `${days}: ${exceptionText({ hours: one.isClosed ? [] : one.hours })}`;
}).join('; ') || t('conflict.empty');

/** In the order of the form: [[label, show(values)]]. */
export function usePolicySentences() {
    const nameOf = useSubjectNames(KINDS.who);
    const of = (show, names) => names.map((name) => [t(`policy.${name === 'lead' ? 'lead_minutes' : name}`), (values) => show(values[name])]);
    const clock = (text) => (text ? showClock(text) : t('conflict.empty'));
    return [
        ...of(quoted, ['name']), [t('policy.open'), openText], [t('policy.exceptions'), exceptionsText], ...of(quoted, ['timeZone']),
        ...of(lasting, ['lengthMin', 'lengthMax', 'lengthStep', 'startStep', 'setup', 'teardown']),
        ...of(counted, ['horizonDays']), ...of(clock, ['opensAt']), ...of(counted, ['lead', 'cancelUntil']),
        ...of((text) => listed(words(text).map(nameOf)), ['book', 'request', 'approvers']), ...of(counted, ['pendingExpires']),
        ...of((text) => listed(words(text).map(nameOf)), ['override']), ...of(counted, ['peopleMin']), ...of(yesNo, ['enforceCapacity']),
    ];
}
