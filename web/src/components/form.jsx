// Forms: each fault stands at its field; those that belong to no field stand above, and get the focus.
import { createContext, useContext, useEffect, useId, useRef } from 'react';
import { has, sentence, t } from '../i18n.js';
import { Icon } from './icon.jsx';

// faults: by their pointers; fields: the pointers of the fields that show their own, by the fields' ids.
const Faults = createContext({ faults: {}, fields: new Map() });
const isAt = (fault, pointer) => fault === pointer || fault.startsWith(`${pointer}/`);

/** What a fault says, in the person's language where there is a sentence for it. */
function faultText(fault) {
    const key = `fault.${fault.code}`;
    return has(key) ? t(key, { detail: fault.detail || '' }) : fault.detail || fault.code;
}

// The browser asks before it loads the page anew, or leaves it, with something typed that was not sent.
function useUnsaved(problem, isFleeting) {
    const isTyped = useRef(false);
    useEffect(() => { if (problem) isTyped.current = true; }, [problem]);
    useEffect(() => {
        const ask = (event) => { if (isTyped.current && !isFleeting) event.preventDefault(); };
        window.addEventListener('beforeunload', ask);
        return () => window.removeEventListener('beforeunload', ask);
    }, []);
    return { begin: () => { isTyped.current = true; }, end: () => { isTyped.current = false; } };
}

/**
 * @param problem   what the server said to the last try, or null
 * @param typed     what it would say to what is typed by now: only what belongs to a field is shown, and nothing gets the focus
 * @param onSubmit  called without the event
 * @param fleeting  what is typed may be lost
 */
export function Form({ problem, typed, onSubmit, fleeting = false, children, ...rest }) {
    const form = useRef(null);
    const fields = useRef(new Map()).current;
    const unsaved = useUnsaved(problem, fleeting);
    const faults = (problem || typed)?.byPointer || {};
    useEffect(() => {
        if (problem) form.current.querySelector('[aria-invalid=true], .fault[tabindex], .form-problem')?.focus();
    }, [problem]);
    const others = Object.entries(faults).filter(([one]) => ![...fields.values()].some((pointer) => isAt(one, pointer)));
    const isWhole = problem && (others.length > 0 || Object.keys(faults).length === 0);
    return (
        <form ref={form} noValidate onInput={unsaved.begin} onSubmit={(event) => { event.preventDefault(); unsaved.end(); onSubmit(); }} {...rest}>
            {isWhole && (
                <div className="notice bad form-problem" role="alert" tabIndex={-1}>
                    <Icon name="warning" />
                    <div>
                        {Object.keys(faults).length === 0 && <p>{sentence(problem)}</p>}
                        {others.map(([pointer, fault]) => <p key={pointer}>{pointer.replace(/^\//, '')}: {faultText(fault)}</p>)}
                    </div>
                </div>
            )}
            <Faults.Provider value={{ faults, fields }}>{children}</Faults.Provider>
        </form>
    );
}

/** The first fault at a pointer or below it: who asks shows it, and the form does not. */
function useFault(pointer) {
    const { faults, fields } = useContext(Faults);
    const id = useId();
    useEffect(() => {
        if (pointer) fields.set(id, pointer);
        return () => { fields.delete(id); };
    }, [fields, id, pointer]);
    const found = pointer && Object.keys(faults).find((one) => isAt(one, pointer));
    return found ? faultText(faults[found]) : null;
}

/** What is wrong with controls that are no Field: it has the focus, as a faulty field would. */
export function Fault({ pointer }) {
    const error = useFault(pointer);
    return error && <p className="fault" tabIndex={-1}><Icon name="warning" /> {error}</p>;
}

/**
 * A label, a control, a hint and a fault.
 * @param children  a function of the attributes that the control needs
 */
export function Field({ label, hint, pointer, optional = false, fault, className = '', children }) {
    const id = useId();
    const error = useFault(pointer) || fault;
    const described = [hint && `${id}-hint`, error && `${id}-fault`].filter(Boolean).join(' ') || undefined;
    return (
        <div className={`field ${className}`}>
            <label htmlFor={id}>{label}{optional && <span className="optional"> {t('common.optional')}</span>}</label>
            {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
            {error && <p className="fault" id={`${id}-fault`}><Icon name="warning" /> {error}</p>}
            {hint && <p className="hint" id={`${id}-hint`}>{hint}</p>}
        </div>
    );
}

/** An input of one line. @param onChange  called with the text */
export function Text({ label, hint, pointer, optional, fault, className, value, onChange, type = 'text', ...rest }) {
    return (
        <Field {...{ label, hint, pointer, optional, fault, className }}>
            {(its) => <input type={type} value={value ?? ''} onChange={(event) => onChange(event.target.value)} {...its} {...rest} />}
        </Field>
    );
}

/** An integer; null while there is none. */
export function Count({ value, onChange, ...rest }) {
    const read = (text) => onChange(text.trim() === '' ? null : Number(text));
    return <Text type="number" inputMode="numeric" value={value ?? ''} onChange={read} {...rest} />;
}

export function Lines({ label, hint, pointer, optional, value, onChange, rows = 3, ...rest }) {
    return (
        <Field {...{ label, hint, pointer, optional }}>
            {(its) => <textarea rows={rows} value={value ?? ''} onChange={(event) => onChange(event.target.value)} {...its} {...rest} />}
        </Field>
    );
}

/** @param options  [[value, text]] */
export function Choice({ label, hint, pointer, optional, className, value, onChange, options, ...rest }) {
    return (
        <Field {...{ label, hint, pointer, optional, className }}>
            {(its) => (
                <select value={value ?? ''} onChange={(event) => onChange(event.target.value)} {...its} {...rest}>
                    {options.map(([one, text]) => <option key={one} value={one}>{text}</option>)}
                </select>
            )}
        </Field>
    );
}

export function Check({ label, hint, pointer, checked, onChange, ...rest }) {
    const id = useId();
    return (
        <div className="field check">
            <input type="checkbox" id={id} checked={checked} onChange={(event) => onChange(event.target.checked)}
                aria-describedby={hint ? `${id}-hint` : undefined} {...rest} />
            <label htmlFor={id}>{label}</label>
            {hint && <p className="hint" id={`${id}-hint`}>{hint}</p>}
            <Fault pointer={pointer} />
        </div>
    );
}

/** The button that sends a form; disabled, and saying so, while the form is sent. */
export function Submit({ busy, children, ...rest }) {
    return <button type="submit" className="button primary" aria-disabled={busy || undefined} {...rest}>{busy ? t('common.sending') : children}</button>;
}
