// The lists of a policy as rows of its form, and back again. Programs know a quota and a question by a short name, which
// people are not asked for: it is made when it is new.
import { words } from './words.js';

export const PERIODS = ['day', 'week', 'month', 'future', 'concurrent'];
export const OVER = ['policy', 'building', 'all'];
export const DETAILS = ['busy', 'owner', 'title', 'full'];

// A name for each row: its own, else the one that is wished for, with a number where another row has that.
function namesOf(rows, wishOf) {
    const taken = new Set(rows.map((row) => row.key));
    return rows.map((row) => {
        if (row.key) return row.key;
        const wish = wishOf(row);
        let name = wish;
        for (let n = 2; taken.has(name); n += 1) name = `${wish}-${n}`;
        taken.add(name);
        return name;
    });
}

// ---- quotas

export const NEW_QUOTA = { key: '', per: 'week', hours: 10, count: null, over: 'policy' };

// To the thousandth of an hour each minute is another number.
const hoursOf = (minutes) => Math.round(minutes / 0.06) / 1000;
const minutesOf = (hours) => Math.round(hours * 60);

export function quotaRow({ id, per, minutes, count, over = 'policy' }) {
    return { key: id, per, hours: minutes ? hoursOf(minutes) : null, count: count ?? null, over };
}

/** A row for another period: a name that was made of the period that it had says no more what is meant. */
export function withPeriod(row, per) {
    const isMade = PERIODS.includes(row.key.replace(/-\d+$/, ''));
    return { ...row, per, key: isMade ? '' : row.key };
}

export function quotasOf(rows) {
    const names = namesOf(rows, ({ per }) => per);
    return rows.map(({ per, hours, count, over }, at) => ({
        id: names[at], per, count: count ?? undefined, minutes: hours === null ? undefined : minutesOf(hours), over: over === 'policy' ? undefined : over,
    }));
}

// ---- what who books is asked

export const NEW_QUESTION = { key: '', label: '', answers: '', isRequired: false };

export function questionRow({ key, label, choices = [], required = false }) {
    return { key, label: label ?? key, answers: choices.join('\n'), isRequired: required };
}

const slugOf = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 50) || 'question';

export function questionsOf(rows) {
    const names = namesOf(rows, ({ label }) => slugOf(label));
    return rows.map(({ key, label, answers, isRequired }, at) => {
        const choices = answers.split('\n').map((one) => one.trim()).filter(Boolean);
        const text = label.trim();
        return {
            key: names[at], label: key && text === key ? undefined : text, type: choices.length ? 'choice' : 'text',
            choices: choices.length ? choices : undefined, required: isRequired || undefined,
        };
    });
}

// ---- what others see of a booking: for everyone, and who sees more

const MORE = [['seeOwner', 'owner'], ['seeTitle', 'title'], ['seeFull', 'full']];

export function privacyValues(privacy = {}) {
    const of = (detail) => Object.keys(privacy).filter((who) => who !== 'others' && privacy[who] === detail).join(' ');
    return { others: privacy.others || 'busy', ...Object.fromEntries(MORE.map(([name, detail]) => [name, of(detail)])) };
}

/** @param before  as it was read: who is said to see no more than that it is taken stays */
export function privacyOf(values, before = {}) {
    const kept = Object.entries(before).filter(([who, detail]) => detail === 'busy' && who !== 'others');
    const others = values.others !== 'busy' || before.others ? [['others', values.others]] : [];
    const more = MORE.flatMap(([name, detail]) => words(values[name]).map((who) => [who, detail]));
    const all = [...others, ...kept, ...more];
    return all.length ? Object.fromEntries(all) : undefined;
}
