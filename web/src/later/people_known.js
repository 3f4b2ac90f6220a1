// What people are called: answers of the booking service name them by their ids. Read once, where the caller may list
// people at all, and kept while the page is open.
import { useEffect } from 'react';
import { list, makeStore, session, t, useStore, whenChanged } from 'bookable-kit';

const MOST = 2000;
const known = makeStore(null);
let reading = null;

async function read() {
    const { items } = await list('/v1/users', { most: MOST });
    known.set(new Map(items.map((one) => [one.id, one.name || one.login])));
}

whenChanged((path) => {
    if (!path.startsWith('/v1/users')) return;
    reading = null;
    known.set(null);
});

/** People who are known, by their names: [[id, name]]. */
export function usePeople() {
    const names = useStore(known);
    useNames();
    return names ? [...names].sort((a, b) => a[1].localeCompare(b[1])) : [];
}

/** @return a function of an id: the name, or "person 42" where it is not known */
export function useNames() {
    const names = useStore(known);
    const { user, capabilities } = session.get();
    useEffect(() => {
        if (!names && capabilities.mayListPeople) reading ??= read().catch(() => { reading = null; });
    }, [names, capabilities.mayListPeople]);
    return (id) => {
        if (id === null || id === undefined) return t('people.the_house');
        if (user && String(id) === String(user.id)) return user.name;
        return names?.get(String(id)) || t('rules.user', { name: id });
    };
}
