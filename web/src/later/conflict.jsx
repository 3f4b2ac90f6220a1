// Somebody else was faster (412): what they have changed, in sentences, in the words of the form; and whose counts.
import { useEffect, useRef } from 'react';
import { Icon, join, t } from 'bookable-kit';

/** How a field's value is said in a sentence. */
export const quoted = (text) => (text ? t('conflict.quoted', { text }) : t('conflict.empty'));
export const yesNo = (is) => t(is ? 'conflict.yes' : 'conflict.no');
export const counted = (n) => (n === null || n === undefined || n === '' ? t('conflict.empty') : String(n));
export const listed = (texts) => (texts.length ? join(texts) : t('conflict.empty'));

// What was changed by whom, of each field that they have changed: its sentence.
function sentencesOf(fields, { base, mine, theirs }) {
    return fields.map(([label, show]) => [label, show(base), show(mine), show(theirs)]).filter(([, was, , now]) => was !== now).map(([what, was, typed, now]) => {
        const text = t('conflict.changed', { what, was, now });
        if (typed === was) return text;
        return `${text} ${typed === now ? t('conflict.same') : t('conflict.mine', { mine: typed })}`;
    });
}

/**
 * @param fields  [[label, show]] of the form: show(values) writes a field's value
 * @param of      {base, mine, theirs, onMine, onTheirs}, as useEdit() says: values that the form began with, that it has, and
 *                that there are; what to do to save one's own, and to go on with theirs
 */
export function Conflict({ fields, of }) {
    const box = useRef(null);
    // It may be higher than the window: it is read from its beginning.
    useEffect(() => {
        box.current.focus({ preventScroll: true });
        box.current.scrollIntoView();
    }, []);
    const sentences = sentencesOf(fields, of);
    return (
        <div className="notice bad" role="alert" tabIndex={-1} ref={box}>
            <Icon name="warning" />
            <div>
                <p>{t('conflict.text')}</p>
                <ul className="sentences">{sentences.length ? sentences.map((text) => <li key={text}>{text}</li>) : <li>{t('conflict.elsewhere')}</li>}</ul>
                <p>{t('conflict.how')}</p>
                <div className="actions">
                    <button type="button" className="button primary" onClick={of.onMine}>{t('conflict.keep')}</button>
                    <button type="button" className="button" onClick={of.onTheirs}>{t('conflict.take')}</button>
                </div>
            </div>
        </div>
    );
}
