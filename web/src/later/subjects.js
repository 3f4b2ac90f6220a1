// People and groups as rules and rooms name them: "everyone", "group:staff", "user:42".
import { t } from 'bookable-kit';
import { useNames } from './people_known.js';

const GROUP = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** The ways to write one: all three kinds with what they are, those that can look after a room, or groups by their names alone. */
export const KINDS = {
    who: { of: ['everyone', 'group', 'user'], word: (kind, name) => (kind === 'everyone' ? kind : `${kind}:${name}`), is: (text) => text === 'everyone' || /^user:\S+$/.test(text) || (text.startsWith('group:') && GROUP.test(text.slice(6))) },
    managers: { of: ['group', 'user'], word: (kind, name) => `${kind}:${name}`, is: (text) => KINDS.who.is(text) && text !== 'everyone' },
    groups: { of: ['group'], word: (kind, name) => name, is: (text) => GROUP.test(text) },
};

/** What a word is about: {kind, name}. */
export function subjectOf(word, kinds) {
    if (kinds.of.length === 1) return { kind: kinds.of[0], name: word };
    if (word === 'everyone') return { kind: word, name: '' };
    const at = word.indexOf(':');
    return at < 0 ? { kind: '', name: word } : { kind: word.slice(0, at), name: word.slice(at + 1) };
}

/** @return a function of a word: what the person or the group is called */
export function useSubjectNames(kinds) {
    const nameOf = useNames();
    return (word) => {
        const { kind, name } = subjectOf(word, kinds);
        if (kind === 'everyone') return t('rules.everyone');
        return kind === 'user' ? nameOf(name) : name;
    };
}
