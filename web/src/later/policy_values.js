// A policy as a form has it: every rule a plain value, and back again without losing what the form does not show.

import { privacyOf, privacyValues, questionRow, questionsOf, quotaRow, quotasOf } from './policy_lists.js';
import { words } from './words.js';

const SHOWN = ['name', 'timeZone', 'hours', 'exceptions', 'length', 'start', 'lead', 'horizon', 'people', 'setup', 'teardown', 'cancelUntil', 'book',
    'request', 'override', 'approvers', 'pendingExpires', 'changeUntil', 'past', 'quota', 'series', 'managersObey', 'onBehalf', 'see', 'privacy', 'fields', 'terms'];

/** What means something only with each other. */
export const TOGETHER = [['isAlways', 'hours'], ['termsUrl', 'termsVersion']];

const EVERYONE = ['everyone'];
const listText = (all) => (all || []).join(' ');
const WORKDAYS = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' };

function exceptionOf({ from, to, hours }) {
    return { from, to, isClosed: hours.length === 0, hours: hours.length ? hours : [{ from: '08:00', to: '18:00' }] };
}

/** @param policy  null: what a new one begins with */
export function fromPolicy(policy) {
    const its = policy || { hours: [WORKDAYS], length: { min: 30, max: 240, step: 30 }, start: { step: 30 }, horizon: { days: 14 }, people: { enforceCapacity: true } };
    return {
        name: its.name || '', timeZone: its.timeZone || '',
        isAlways: !its.hours, hours: its.hours || [WORKDAYS], exceptions: (its.exceptions || []).map(exceptionOf),
        lengthMin: its.length?.min ?? null, lengthMax: its.length?.max ?? null, lengthStep: its.length?.step ?? null,
        startStep: its.start?.step ?? null, startAnchor: its.start?.anchor || '',
        lead: its.lead || null, horizonDays: its.horizon?.days ?? null, opensAt: its.horizon?.opensAt || '',
        peopleMin: its.people?.min ?? null, enforceCapacity: its.people?.enforceCapacity ?? false,
        setup: its.setup || null, teardown: its.teardown || null, cancelUntil: its.cancelUntil || null, changeUntil: its.changeUntil || null, past: its.past ?? false,
        pendingExpires: its.pendingExpires ?? null, managersObey: its.managersObey ?? false, quota: (its.quota || []).map(quotaRow),
        seriesBy: its.series ? listText(its.series.by || EVERYONE) : '', seriesMax: its.series?.max ?? null, seriesWeeks: its.series?.weeks ?? null,
        book: listText(its.book || EVERYONE), request: listText(its.request), override: listText(its.override), approvers: listText(its.approvers), onBehalf: listText(its.onBehalf),
        see: listText(its.see || EVERYONE), ...privacyValues(its.privacy),
        fields: (its.fields || []).map(questionRow), termsUrl: its.terms?.url || '', termsVersion: its.terms?.version || '',
    };
}

// Without the members that have no value; undefined if none has one.
function some(members) {
    const there = Object.entries(members).filter(([, value]) => value !== null && value !== '' && value !== undefined);
    return there.length ? Object.fromEntries(there) : undefined;
}

// Who repeats bookings, if anybody does; how far, nobody says of nobody.
function seriesOf({ seriesBy, seriesMax, seriesWeeks }) {
    const its = some({ max: seriesMax, weeks: seriesWeeks });
    const by = words(seriesBy);
    return by.length || its ? { by, ...its } : undefined;
}

const isEveryone = (text) => words(text).join() === 'everyone';

function listOf(text) {
    const all = words(text);
    return all.length ? all : undefined;
}

/** The body of a PUT. @param before  the policy as it was read, whose other members stay */
export function toPolicy(values, before) {
    const others = Object.fromEntries(Object.entries(before || {}).filter(([name]) => !SHOWN.includes(name) && name !== 'id' && name !== 'version'));
    const policy = {
        ...others,
        name: values.name.trim(), timeZone: values.timeZone.trim() || null,
        hours: values.isAlways ? undefined : values.hours,
        exceptions: values.exceptions.length ? values.exceptions.map(({ from, to, isClosed, hours }) => ({ from, to: to || from, hours: isClosed ? [] : hours })) : undefined,
        length: some({ min: values.lengthMin, max: values.lengthMax, step: values.lengthStep }),
        start: some({ step: values.startStep, anchor: values.startStep ? values.startAnchor : '' }),
        lead: values.lead ?? undefined, horizon: some({ days: values.horizonDays, opensAt: values.horizonDays === null ? '' : values.opensAt }),
        people: some({ min: values.peopleMin, enforceCapacity: values.enforceCapacity || undefined }),
        setup: values.setup ?? undefined, teardown: values.teardown ?? undefined, cancelUntil: values.cancelUntil ?? undefined, changeUntil: values.changeUntil ?? undefined,
        past: values.past || undefined, managersObey: values.managersObey || undefined, quota: values.quota.length ? quotasOf(values.quota) : undefined, series: seriesOf(values),
        see: isEveryone(values.see) ? undefined : words(values.see), onBehalf: listOf(values.onBehalf), privacy: privacyOf(values, before?.privacy),
        fields: values.fields.length ? questionsOf(values.fields) : undefined, terms: some({ url: values.termsUrl.trim(), version: values.termsVersion.trim() }),
        pendingExpires: values.pendingExpires ?? undefined,
        book: words(values.book), request: listOf(values.request), override: listOf(values.override), approvers: listOf(values.approvers),
    };
    return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined));
}
