// Who is meant by what is typed: groups by their names, people as the API finds them.
import { useRef } from 'react';
import { get, query, readAll, seesAll, session, t, useGet, useSettled } from 'bookable-kit';

// Milliseconds in which nothing more is typed; how many people and groups are offered.
const WAIT = 150;
const MOST = 8;
const MOST_WORDS = 8;

const starts = (text, part) => text.toLocaleLowerCase().split(/[\s._-]+/).some((one) => one.startsWith(part)) || text.startsWith(part);

const groupsOf = (groups, text) => groups.filter(({ name, description }) => starts(name, text) || (description && starts(description, text)))
    .sort((one, other) => Number(other.name === text) - Number(one.name === text)).slice(0, MOST)
    .map(({ name, description, people }) => ({ kind: 'group', name, text: name, more: description || t('picker.people', { n: people }) }));

const peopleOf = (people) => people.map(({ id, name, login, email }) => ({ kind: 'user', name: id, text: name || login, more: [login !== name && login, email].filter(Boolean).join(' · ') }));

/**
 * @param typed   what is typed; nothing: the groups that there are
 * @param kinds   which are wanted: some of "everyone", "group", "user"
 * @param isOpen  somebody looks at them: nothing is read before
 * @return {items, isReady}: items are {kind, name, text, more}
 */
export function useSuggestions(typed, kinds, isOpen) {
    const text = typed.trim().toLocaleLowerCase();
    const settled = useSettled(text, WAIT);
    const { mayListPeople } = session.get().capabilities;
    // What was read stays while the list is put away.
    const isWanted = useRef(false);
    isWanted.current ||= isOpen;
    const groups = useGet(isWanted.current && kinds.includes('group') && seesAll() ? '/v1/groups' : null, { reader: readAll });
    const people = useGet(isWanted.current && settled && kinds.includes('user') && mayListPeople ? query('/v1/users', { q: settled.split(/\s+/).slice(0, MOST_WORDS).join(' '), disabled: false, limit: MOST }) : null, { reader: get });
    const everyone = kinds.includes('everyone') && starts(t('rules.everyone').toLocaleLowerCase(), text) ? [{ kind: 'everyone', name: '', text: t('rules.everyone'), more: '' }] : [];
    const items = [...everyone, ...groupsOf(groups.body?.items || [], text), ...(text && settled === text ? peopleOf(people.body?.items || []) : [])];
    return { items, isReady: settled === text && !groups.isLoading && !people.isLoading, problem: groups.problem || people.problem };
}
