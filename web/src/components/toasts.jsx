// Short messages at the foot of the window about what was just done, and the way back: Undo.
import { useEffect, useRef, useState } from 'react';
import { focusBack } from './focus_back.js';
import { makeStore, useStore } from '../store.js';
import { t } from '../i18n.js';
import { Icon } from './icon.jsx';

const SECONDS = 10;
const shown = makeStore([]);
let serial = 0;

function hideToast(id) { shown.set((all) => all.filter((one) => one.id !== id)); }

/**
 * Show a message, for ten seconds, longer while somebody points at it or is in it.
 * @param actions  [{label, run, focus}]: buttons, each of which ends it; focus: it gets the focus
 */
export function toast(text, { actions = [], tone = 'good' } = {}) {
    serial += 1;
    shown.set((all) => [...all.slice(-2), { id: serial, text, actions, tone }]);
    return serial;
}

function Toast({ message }) {
    const [isHeld, setHeld] = useState(false);
    const first = useRef(null);
    const box = useRef(null);
    const before = useRef(null);
    const end = (run) => {
        // Who was in it by the keyboard goes on from where they were.
        if (box.current.contains(document.activeElement)) focusBack(before.current);
        hideToast(message.id);
        run?.();
    };
    useEffect(() => {
        before.current = document.activeElement;
        first.current?.focus();
    }, []);
    useEffect(() => {
        if (isHeld) return undefined;
        const timer = setTimeout(() => end(), SECONDS * 1000);
        return () => clearTimeout(timer);
    });
    const hold = { onMouseEnter: () => setHeld(true), onMouseLeave: () => setHeld(false), onFocus: () => setHeld(true), onBlur: () => setHeld(false) };
    return (
        <li ref={box} className={`toast ${message.tone}`} {...hold}>
            <span className="toast-text">{message.text}</span>
            {message.actions.map(({ label, run, focus }) => (
                <button key={label} type="button" className="button small" ref={focus ? first : undefined} onClick={() => end(run)}>{label}</button>
            ))}
            <button type="button" className="button bare" onClick={() => end()} aria-label={t('common.close')}><Icon name="close" /></button>
        </li>
    );
}

export function Toasts() {
    const messages = useStore(shown);
    return (
        <div role="status" aria-live="polite" className="toasts">
            <ul>{messages.map((message) => <Toast key={message.id} message={message} />)}</ul>
        </div>
    );
}
