// Texts in the language of the person: one file a language, loaded when it is wanted.
import { makeStore, useStore } from './store.js';
import { BASE } from './router.js';
import { settings } from './settings.js';

/* global LANGUAGES */
// Made by the build from web/lang: { "en": { "name": "English", "file": "a/lang-en-….json", "later": "a/later-en-….json" } }
export const languages = LANGUAGES;

const state = makeStore({ language: 'en', texts: null, plural: null });

/** The first language of a list that there is a file for: "de-AT" takes "de". */
export function choose(wished) {
    for (const tag of wished) {
        const short = tag.toLowerCase().split('-')[0];
        if (languages[short]) return short;
    }
    return 'en';
}

// A file has sections: { "room": { "seats": { "one": "{n} seat", "other": "{n} seats" } } } has the key room.seats.
function flatten(sections) {
    return Object.fromEntries(Object.entries(sections).flatMap(([section, texts]) => Object.entries(texts).map(([name, text]) => [`${section}.${name}`, text])));
}

// The files of a language that are wanted: those of the pages that are loaded later only with these.
let parts = ['file'];

async function textsOf(language) {
    const files = await Promise.all(parts.map(async (part) => flatten(await (await fetch(BASE + languages[language][part])).json())));
    return Object.assign({}, ...files);
}

/** The first texts that are loaded are to have those of the pages that are loaded later, too. */
export function wantLaterTexts() { parts = ['file', 'later']; }

/** The texts of the pages that are loaded later, too. */
export async function loadLaterTexts() {
    if (parts.includes('later')) return;
    parts = ['file', 'later'];
    const { language: its } = state.get();
    try {
        const texts = await textsOf(its);
        // Of another language that was chosen meanwhile these are not the texts.
        state.set((was) => (was.language === its ? { ...was, texts } : was));
    } catch (error) {
        parts = ['file'];
        throw error;
    }
}

// What was wished for last: texts that come later for an earlier wish are not used.
let latest = null;

/** Load and use the first of the languages of a list that there is. */
export async function loadLanguage(wished) {
    const language = choose(wished);
    latest = wished;
    if (state.get().texts && state.get().language === language) return;
    let loaded;
    let texts;
    // Once more, if those of the pages that are loaded later have come to be wanted meanwhile.
    do {
        loaded = parts;
        texts = await textsOf(language);
    } while (loaded !== parts);
    if (latest !== wished) return;
    document.documentElement.lang = language;
    document.documentElement.dir = texts['language.direction'] || 'ltr';
    state.set({ language, texts, plural: new Intl.PluralRules(language) });
}

/** The language that the page starts in: chosen on this device, else the browser's. */
export function firstLanguages() {
    const chosen = settings.get().language;
    return chosen ? [chosen, ...navigator.languages] : navigator.languages;
}

export function language() { return state.get().language; }

/** The language with the browser's country, if it names one: "en-GB" writes dates in another way than "en-US". */
export function locale() {
    return navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === language()) || language();
}

/** "a, b and c" as the language writes it. */
export function join(words) {
    return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(words);
}

export function useLanguage() { return useStore(state).language; }
export function has(key) { return key in (state.get().texts || {}); }

// A name that is written from right to left would turn the order of what stands beside it.
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const apart = (text) => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text);

function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? apart(String(values[name])) : whole));
}

// What is said while there are no texts, because they do not come.
const WITHOUT = { 'problem.other': 'The server cannot be reached.', 'common.retry': 'Try again' };

/**
 * A text: t('find.free', { n: 7 }). One with forms for numbers is chosen by n.
 * A key that is missing is shown as it is: tests look for those.
 */
export function t(key, values = {}) {
    const { texts, plural } = state.get();
    let text = (texts || WITHOUT)[key];
    if (text && typeof text === 'object') text = text[values.n === 0 && text.zero ? 'zero' : plural.select(values.n)] ?? text.other;
    return text === undefined ? key : fill(text, values);
}

/** An error as a sentence: of its code, else what the server says, with the number to ask about. */
export function sentence(problem) {
    const key = `problem.${problem.code}`;
    if (has(key)) return t(key, { detail: problem.body?.detail || '', seconds: problem.retryAfter || 1 });
    return t('problem.other', { title: problem.title || problem.code, instance: problem.body?.instance || '–' });
}
