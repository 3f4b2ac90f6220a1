// People and groups, chosen while one types: what is found stands below the field, what is chosen above it. By the
// keyboard: arrows and Enter choose, Escape puts the list away, Backspace in an empty field takes the last one out.
import { useEffect, useId, useRef, useState } from 'react';
import { Field, Icon, announce, t } from 'bookable-kit';
import { learnName } from './people_known.js';
import { KINDS, subjectOf, useSubjectNames } from './subjects.js';
import { useSuggestions } from './use_suggestions.js';
import { words } from './words.js';

const ICONS = { everyone: 'house', group: 'people', user: 'person' };

function Chosen({ id, all, fixed, kinds, onRemove }) {
    const nameOf = useSubjectNames(kinds);
    return (
        <ul className="chips" id={id}>
            {all.map((word) => (
                <li key={word} className="chip">
                    <Icon name={ICONS[subjectOf(word, kinds).kind] || 'ask'} /> <span>{nameOf(word)}</span>
                    {!fixed.includes(word) && <button type="button" className="button bare" aria-label={t('picker.remove', { name: nameOf(word) })} onClick={() => onRemove(word)}><Icon name="close" /></button>}
                </li>
            ))}
        </ul>
    );
}

function Suggestions({ id, label, items, active, onTake, isReady, problem }) {
    const empty = t(problem ? 'picker.unknown' : isReady ? 'picker.none' : 'common.loading');
    if (items.length === 0) return <p className="suggestions nothing">{empty}</p>;
    return (
        <ul className="suggestions" role="listbox" id={id} aria-label={label}>
            {items.map((one, i) => (
                // The field keeps the focus, and with it the keys.
                <li key={`${one.kind} ${one.name}`} role="option" id={`${id}-${i}`} aria-selected={i === active} onMouseDown={(event) => event.preventDefault()} onClick={() => onTake(one)}>
                    <Icon name={ICONS[one.kind]} /> <span>{one.text} {one.more && <span className="quiet">{one.more}</span>}</span>
                </li>
            ))}
        </ul>
    );
}

// What is chosen by the keys. Enter takes what is marked, or what is whole as it was typed; a form is sent by it only
// where nothing is typed.
function keysOf({ items, active, isOpen, typed, chosen, setActive, setOpen, take, takeTyped, removeLast }) {
    const step = (by) => { setOpen(true); if (items.length && isOpen) setActive((active + by + items.length) % items.length); };
    const keys = {
        ArrowDown: () => step(1), ArrowUp: () => step(-1),
        Enter: () => { if (isOpen && items[active]) take(items[active]); else if (typed.trim()) takeTyped(); else return false; return true; },
        Escape: () => { if (!isOpen) return false; setOpen(false); return true; },
        Backspace: () => { if (typed || !chosen.length) return false; removeLast(); return true; },
    };
    return (event) => { if (keys[event.key] && !event.nativeEvent.isComposing && keys[event.key]() !== false) { event.preventDefault(); event.stopPropagation(); } };
}

/**
 * @param value     words with spaces between; what is typed and not chosen yet is the last of them, so that nothing is lost
 * @param onChange  called with the new text
 * @param kind      what may be chosen: a name of KINDS
 * @param fixed     words that are not taken out here
 */
export function Picker({ label, hint, pointer, optional, fault, className, value, onChange, kind = 'who', fixed = [], ...rest }) {
    const kinds = KINDS[kind];
    const id = useId();
    const field = useRef(null);
    const [typed, setTyped] = useState('');
    const [isOpen, setOpen] = useState(false);
    const [active, setActive] = useState(0);
    const all = words(value);
    const chosen = all.slice(0, all.length - words(typed).length);
    const { items: found, isReady, problem } = useSuggestions(typed, kinds.of, isOpen);
    const items = found.filter((one) => !chosen.includes(kinds.word(one.kind, one.name)));
    useEffect(() => { if (isOpen && isReady && typed.trim()) announce(t('picker.found', { n: items.length })); }, [isOpen, isReady, typed, items.length]);
    const write = (next, text = '') => { setTyped(text); setActive(0); onChange([...next, text.trim()].filter(Boolean).join(' ')); };
    const add = (more) => write([...new Set([...chosen, ...more])]);
    const take = (one) => {
        if (one.kind === 'user') learnName(one.name, one.text);
        add([kinds.word(one.kind, one.name)]);
        setOpen(false);
        announce(t('picker.taken', { name: one.text }));
    };
    const takeTyped = () => { if (typed.trim() && words(typed).every(kinds.is)) { add(words(typed)); setOpen(false); } };
    const remove = (word) => { write(chosen.filter((one) => one !== word), typed); field.current?.focus(); };
    const onKeyDown = keysOf({ items, active, isOpen, typed, chosen, setActive, setOpen, take, takeTyped, removeLast: () => remove(chosen.filter((one) => !fixed.includes(one)).at(-1)) });
    const list = `${id}-list`;
    return (
        <Field {...{ label, hint, pointer, optional, fault, className }}>
            {(its) => (
                <div className="picker">
                    {chosen.length > 0 && <Chosen id={`${id}-chosen`} all={chosen} {...{ fixed, kinds }} onRemove={remove} />}
                    <input type="text" role="combobox" autoComplete="off" autoCapitalize="none" spellCheck={false} ref={field} value={typed} {...rest} {...its}
                        aria-describedby={[chosen.length && `${id}-chosen`, its['aria-describedby']].filter(Boolean).join(' ') || undefined} aria-autocomplete="list" aria-expanded={isOpen && items.length > 0}
                        aria-controls={isOpen && items.length ? list : undefined} aria-activedescendant={isOpen && items[active] ? `${list}-${active}` : undefined}
                        onChange={({ target }) => { write(chosen, target.value); setOpen(true); }} onClick={() => setOpen(true)} onBlur={() => { setOpen(false); takeTyped(); }} onKeyDown={onKeyDown} />
                    {isOpen && (typed.trim() || items.length > 0) && <Suggestions id={list} {...{ label, items, active, isReady, problem }} onTake={take} />}
                </div>
            )}
        </Field>
    );
}
