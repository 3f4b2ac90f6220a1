// What people are called. Bookings bring the names of theirs; the log names people by their ids: these are asked for, all
// that a screen shows in one question, and kept while the page is open.
import { get, list, makeStore, query, session, t, useGet, useStore, whenChanged, whenOther } from 'bookable-kit';

const MOST = 200;
const known = makeStore(new Map());
const asked = new Set();
let turn = null;
let changes = 0;
// While all people are read nobody is asked for: they have most of the names.
let isListing = false;

async function readAsked() {
    const ids = [...asked].filter((id) => !known.get().has(id)).slice(0, MOST);
    const before = changes;
    let names = null;
    try {
        const { body } = await get(query('/v1/users/names', { id: ids }));
        names = new Map(body.items.map((one) => [String(one.id), one.name]));
    } catch {
        ids.forEach((id) => asked.delete(id));
    }
    turn = null;
    // What they were called before somebody was renamed is asked for again.
    if (before !== changes) askWhenDrawn();
    // Who has no name any more is not asked for again.
    else if (names) known.set((were) => new Map([...were, ...ids.map((id) => [id, names.get(id) || null])]));
}

// While a screen is drawn its names come together; one question is under way at a time, and what is missing then is
// asked for when its answer is shown.
function askWhenDrawn() {
    const isMissing = [...asked].some((id) => !known.get().has(id));
    if (isMissing && !isListing) turn ??= setTimeout(readAsked, 0);
}

function ask(id) {
    asked.add(id);
    askWhenDrawn();
}

async function readAll(path, options) {
    isListing = true;
    const before = changes;
    try {
        const { items, isMore } = await list(path, options);
        if (before === changes) known.set((were) => new Map([...were, ...items.map((one) => [String(one.id), one.name || one.login])]));
        return { body: { items, isMore }, etag: null };
    } finally {
        isListing = false;
        askWhenDrawn();
    }
}

function forget() {
    changes += 1;
    asked.clear();
    known.set(new Map());
}

whenChanged((path) => { if (path.startsWith('/v1/users')) forget(); });
whenOther(forget);

/** A name that an answer has said. */
export function learnName(id, name) { known.set((were) => new Map([...were, [String(id), name]])); }

/** @return a function of a person, {id, name}, or an id: the name, or "person 42" while it is not known */
export function useNames() {
    const names = useStore(known);
    return (person) => {
        if (person === null || person === undefined) return t('people.the_house');
        if (person.name) return person.name;
        const id = String(person.id ?? person);
        const { user } = session.get();
        if (user && id === String(user.id)) return user.name;
        if (!names.has(id)) ask(id);
        return names.get(id) || t('rules.user', { name: id });
    };
}

/** All people, by their names, for who may list them: [[id, name]]; for others those who are known. */
export function usePeople() {
    const { capabilities } = session.get();
    const all = useGet(capabilities.mayListPeople ? '/v1/users' : null, { reader: readAll });
    const names = useStore(known);
    const people = all.body ? all.body.items.map((one) => [String(one.id), one.name || one.login]) : [...names].filter(([, name]) => name);
    return people.sort((a, b) => a[1].localeCompare(b[1]));
}
