// A policy in words: for who books, and for who writes the policy.
import { has, join, locale, showLength, showTime, showWeekday, t, weekOf } from 'bookable-kit';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The names of the days of a policy, in the order of the week as it is shown: [["mon", "Monday"], …]. */
export function weekdays(width = 'long') {
    return weekOf('2030-05-15').map((date) => [DAYS[new Date(`${date}T00:00:00Z`).getUTCDay()], showWeekday(date, width)]);
}

/** "24:00" is the end of a day, which no clock shows. */
export function showClock(clock) {
    return clock === '24:00' ? t('time.midnight') : showTime(`2030-05-15T${clock}`);
}

// Days in a row are "Mon–Fri".
function daysText(days) {
    const order = weekdays('short');
    const places = order.map(([day], i) => (days.includes(day) ? i : -1)).filter((i) => i >= 0);
    if (places.length === 7) return t('rules.every_day');
    const runs = [];
    for (const place of places) {
        const last = runs[runs.length - 1];
        if (last && last[1] === place - 1) last[1] = place;
        else runs.push([place, place]);
    }
    return runs.map(([from, to]) => {
        if (from === to) return order[from][1];
        return `${order[from][1]}${to === from + 1 ? ', ' : '–'}${order[to][1]}`;
    }).join(', ');
}

/** "Mon–Fri 08:00–18:00; Sat 10:00–14:00" */
export function spansText(hours) {
    return hours.map(({ days, from, to }) => `${days ? `${daysText(days)} ` : ''}${showClock(from)}–${showClock(to)}`).join('; ');
}

function hoursText(hours) {
    if (!hours) return t('rules.always_open');
    return hours.length === 0 ? t('rules.never_open') : t('rules.open', { hours: spansText(hours) });
}

// Who is meant by "group:staff", "user:42", "everyone".
function whoText(who, nameOf) {
    return join(who.map((one) => {
        if (one === 'everyone') return t('rules.everyone');
        const [kind, name] = one.split(':');
        return kind === 'user' ? nameOf(name) : name;
    }));
}

function lengthText({ min, max, step }) {
    const words = [];
    if (min && max) words.push(min === max ? t('rules.length_exact', { min: showLength(min) }) : t('rules.length', { min: showLength(min), max: showLength(max) }));
    else if (min) words.push(t('rules.length_min', { min: showLength(min) }));
    else if (max) words.push(t('rules.length_max', { max: showLength(max) }));
    if (step) words.push(t('rules.length_step', { step: showLength(step) }));
    return words.join(', ');
}

function startText({ step, anchor }) {
    const text = t('rules.start', { step: showLength(step) });
    return anchor && anchor !== '00:00' ? `${text}, ${t('rules.start_anchor', { time: showClock(anchor) })}` : text;
}

function horizonText({ days, opensAt }) {
    const text = t('rules.horizon', { n: days });
    return opensAt ? `${text}; ${t('rules.opens_at', { time: showClock(opensAt) })}` : text;
}

// What may be spread over days is said in hours.
function spentText(minutes) { return minutes && !(minutes % 60) ? t('time.hours', { n: minutes / 60 }) : showLength(minutes); }

/** "At most 10 h and 3 bookings a week, in all rooms together"; an empty text while no amount is said */
export function quotaText({ per, minutes, count, over }) {
    const amounts = [minutes && spentText(minutes), count && t('rules.bookings', { n: count })].filter(Boolean);
    if (amounts.length === 0) return '';
    const text = t(has(`rules.quota_${per}`) ? `rules.quota_${per}` : 'rules.quota_other', { amount: join(amounts), per });
    return over === 'building' || over === 'all' ? t(`rules.quota_over_${over}`, { text }) : text;
}

/** What is left of a quota, as the booking service says it: "8 h left. At most 10 h a week." */
export function quotaLeft({ unit, left, limit, per, building }) {
    const isTime = unit === 'minutes';
    const rule = quotaText(isTime ? { per, minutes: limit } : { per, count: limit });
    const text = t('rules.quota_left', { amount: isTime ? spentText(left) : t('rules.bookings', { n: left }), rule });
    return building ? `${building}: ${text}` : text;
}

function buffersText({ setup, teardown }) {
    return [setup && t('rules.setup', { length: showLength(setup) }), teardown && t('rules.teardown', { length: showLength(teardown) })]
        .filter(Boolean).join(', ');
}

function peopleText({ min, enforceCapacity }) {
    return [min > 1 && t('rules.people_min', { n: min }), enforceCapacity && t('rules.people_capacity')].filter(Boolean).join(', ');
}

function whoBooks(policy, nameOf) {
    const words = [];
    const book = policy.book || ['everyone'];
    words.push(book.length ? t('rules.book', { who: whoText(book, nameOf) }) : t('rules.book_nobody'));
    if (policy.request?.length) words.push(t('rules.request', { who: whoText(policy.request, nameOf) }), ...whoDecides(policy, nameOf));
    if (policy.override?.length) words.push(t('rules.override', { who: whoText(policy.override, nameOf) }));
    if (policy.managersObey) words.push(t('rules.managers_obey'));
    if (policy.onBehalf?.length) words.push(t('rules.on_behalf', { who: whoText(policy.onBehalf, nameOf) }));
    return words;
}

function whoDecides({ approvers, pendingExpires }, nameOf) {
    return [approvers?.length && t('rules.approvers', { who: whoText(approvers, nameOf) }), pendingExpires && t('rules.pending', { length: spentText(pendingExpires * 60) })];
}

function whenGivenUp({ cancelUntil, changeUntil }) {
    return [cancelUntil ? t('rules.cancel', { length: showLength(cancelUntil) }) : t('rules.cancel_any'), changeUntil && t('rules.change', { length: showLength(changeUntil) })];
}

function seriesText({ by = ['everyone'], max, weeks }, nameOf) {
    if (by.length === 0) return '';
    return [t('rules.series', { who: whoText(by, nameOf) }), max && t('rules.series_max', { n: max }), weeks && t('rules.series_weeks', { n: weeks })].filter(Boolean).join(', ');
}

function seeText(see, nameOf) {
    if (!see || see.includes('everyone')) return '';
    return see.length ? t('rules.see', { who: whoText(see, nameOf) }) : t('rules.see_nobody');
}

// What is seen of a booking, and by whom, the least first.
function privacyTexts(privacy = {}, nameOf) {
    const by = (detail) => Object.keys(privacy).filter((who) => privacy[who] === detail).map((who) => (who === 'others' ? 'everyone' : who));
    const more = ['owner', 'title', 'full'].map((detail) => [detail, by(detail)]).filter(([, who]) => who.length)
        .map(([detail, who]) => t(`rules.privacy_${detail}`, { who: whoText(who, nameOf) }));
    return (privacy.others || 'busy') === 'busy' ? [t('rules.privacy_busy'), ...more] : more;
}

function askedTexts({ fields = [], terms }) {
    const what = fields.map(({ key, label, required }) => [label || key, !required && t('common.optional')].filter(Boolean).join(' ')).filter(Boolean);
    return [what.length && t('rules.asked', { what: join(what) }), terms?.version && t('rules.terms', { version: terms.version })];
}

// Some parts stand first in one policy and behind others in another.
const capital = (text) => text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1);

/** The sentences of a policy, those that matter most for booking first. @param nameOf  what a person is called, by the id */
export function sentences(policy, nameOf) {
    const words = [hoursText(policy.hours)];
    if (policy.length) words.push(lengthText(policy.length));
    if (policy.start?.step) words.push(startText(policy.start));
    if (policy.horizon) words.push(horizonText(policy.horizon));
    if (policy.lead) words.push(t('rules.lead', { length: showLength(policy.lead) }));
    if (policy.people) words.push(peopleText(policy.people));
    if (policy.past) words.push(t('rules.past'));
    words.push(buffersText(policy), ...whoBooks(policy, nameOf), ...(policy.quota || []).map(quotaText), ...whenGivenUp(policy));
    if (policy.series) words.push(seriesText(policy.series, nameOf));
    words.push(seeText(policy.see, nameOf), ...privacyTexts(policy.privacy, nameOf), ...askedTexts(policy));
    return words.filter(Boolean).map(capital);
}

/** What is shown of the exceptions: "24 Dec–26 Dec: closed". */
export function exceptionText({ hours }) {
    return hours.length === 0 ? t('rules.closed') : hours.map(({ from, to }) => `${showClock(from)}–${showClock(to)}`).join(', ');
}
