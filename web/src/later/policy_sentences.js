// How what is in the form of rules is said, field by field: of Conflict.
import { showDate, showLength, t } from 'bookable-kit';
import { counted, listed, quoted, yesNo } from './conflict.jsx';
import { quotasOf } from './policy_lists.js';
import { exceptionText, quotaText, showClock, spansText } from './rules.js';
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

const quotasText = (rows) => quotasOf(rows).map(quotaText).filter(Boolean).join('; ') || t('conflict.empty');
const questionsText = (rows) => rows.map(({ label, answers, isRequired }) => {
    const more = [!isRequired && t('common.optional'), answers.trim() && `[${answers.trim().replace(/\s*\n\s*/g, ' / ')}]`].filter(Boolean).join(' ');
    return [label, more].filter(Boolean).join(' ');
}).join('; ') || t('conflict.empty');
const detailText = (detail) => t(`policy.detail_${detail}`);

/** In the order of the form: [[label, show(values)]]. */
export function usePolicySentences() {
    const nameOf = useSubjectNames(KINDS.who);
    const who = (text) => listed(words(text).map(nameOf));
    const of = (show, names) => names.map((name) => [t(`policy.${name === 'lead' ? 'lead_minutes' : name}`), (values) => show(values[name])]);
    const clock = (text) => (text ? showClock(text) : t('conflict.empty'));
    return [
        ...of(quoted, ['name']), [t('policy.open'), openText], [t('policy.exceptions'), exceptionsText], ...of(quoted, ['timeZone']),
        ...of(lasting, ['lengthMin', 'lengthMax', 'lengthStep', 'startStep']), ...of(clock, ['startAnchor']), ...of(lasting, ['setup', 'teardown']),
        ...of(counted, ['horizonDays']), ...of(clock, ['opensAt']), ...of(counted, ['lead', 'cancelUntil', 'changeUntil']), ...of(yesNo, ['past']),
        [t('policy.group_much'), ({ quota }) => quotasText(quota)],
        ...of(who, ['seriesBy']), ...of(counted, ['seriesMax', 'seriesWeeks']),
        ...of(who, ['book', 'request', 'approvers']), ...of(counted, ['pendingExpires']),
        ...of(who, ['override']), ...of(yesNo, ['managersObey']), ...of(who, ['onBehalf']), ...of(counted, ['peopleMin']), ...of(yesNo, ['enforceCapacity']),
        ...of(who, ['see']), ...of(detailText, ['others']), ...of(who, ['seeOwner', 'seeTitle', 'seeFull']),
        [t('policy.group_asked'), ({ fields }) => questionsText(fields)], ...of(quoted, ['termsUrl', 'termsVersion']),
    ];
}
