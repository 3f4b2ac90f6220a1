// How dates and times are written, kept on this device. The first Intl.DateTimeFormat that a page makes takes a browser
// longer than to draw a screen, so forms that have been used are learnt when there is time, and written without it from
// then on. What cannot be learnt, such as years of another calendar, is left to Intl. Another release of the browser may
// write in another way: it learns anew.
const NAME = 'bookable-forms';
// Milliseconds, where a browser does not say when it has time.
const LATER = 2000;

// What a part of a text depends on, as an index into the texts that it can be.
const INDEX = {
    weekday: (date) => date.getUTCDay(), month: (date) => date.getUTCMonth(), day: (date) => date.getUTCDate(),
    hour: (date) => date.getUTCHours(), dayPeriod: (date) => date.getUTCHours(), minute: (date) => date.getUTCMinutes(),
};
// These have each weekday, month, day, hour and minute.
const samples = () => Array.from({ length: 120 }, (none, i) => new Date(Date.UTC(2030, i % 12, 1 + (i % 31), i % 24, i % 60)));
// These are none of them.
const proofs = () => Array.from({ length: 40 }, (none, i) => new Date(Date.UTC(2024 + (i % 9), (i * 5) % 12, 1 + ((i * 11) % 28), (i * 7) % 24, (i * 17) % 60)));

/** A text of a form; undefined where the form does not say it. */
function written(form, date) {
    const texts = form.map((part) => {
        if (typeof part === 'string') return part;
        return part.type === 'year' ? String(date.getUTCFullYear()) : part.texts[INDEX[part.type](date)];
    });
    return texts.includes(undefined) ? undefined : texts.join('');
}

/**
 * What an Intl.DateTimeFormat in UTC does, as a list of texts and of {type, texts}.
 * @return null where that cannot be said so
 */
function formOf(format) {
    const all = samples();
    const form = format.formatToParts(all[0]).map(({ type, value }) => (type === 'literal' ? value : { type, texts: [] }));
    if (form.some((part) => part.type && part.type !== 'year' && !INDEX[part.type])) return null;
    for (const date of all) {
        format.formatToParts(date).forEach(({ type, value }, i) => { if (INDEX[type] && form[i]?.texts) form[i].texts[INDEX[type](date)] = value; });
    }
    return proofs().every((date) => written(form, date) === format.format(date)) ? form : null;
}

function kept() {
    try {
        const { agent, forms } = JSON.parse(window.localStorage.getItem(NAME));
        return agent === navigator.userAgent && forms || {};
    } catch {
        return {};  // none yet, or a browser that keeps nothing
    }
}

const forms = kept();
const wanted = new Map();

function learn() {
    for (const [key, make] of wanted) forms[key] = make();
    wanted.clear();
    try {
        window.localStorage.setItem(NAME, JSON.stringify({ agent: navigator.userAgent, forms }));
    } catch {
        // They hold until the page is closed.
    }
}

/** What is kept by a key; undefined if it is not yet: it will be, by what make() returns, when there is time. */
export function keptOr(key, make) {
    if (key in forms) return forms[key];
    if (wanted.size === 0) (window.requestIdleCallback ?? ((work) => setTimeout(work, LATER)))(learn);
    wanted.set(key, make);
    return undefined;
}

/**
 * Write an instant in UTC, as far as its form is kept.
 * @param format  a function that makes the Intl.DateTimeFormat that it is learnt from
 * @return undefined where it is not kept
 */
export function writeKept(key, format, date) {
    const form = keptOr(key, () => formOf(format()));
    return (form && written(form, date)) ?? undefined;
}

/**
 * Write an instant in UTC.
 * @param format  a function that makes the Intl.DateTimeFormat, for what is not kept
 */
export function write(key, format, date) {
    return writeKept(key, format, date) ?? format().format(date);
}
