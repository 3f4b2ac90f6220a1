// A dialog of the browser's own: it keeps the focus inside, closes by Escape, and gives the focus back.
import { useEffect, useId, useRef } from 'react';
import { t } from '../i18n.js';
import { usePlace } from '../router.js';
import { focusBack } from './focus_back.js';
import { Icon } from './icon.jsx';

/**
 * What has data-first in it has the focus first.
 *
 * @param onClose  it was closed, by whatever way; the parent takes it away then
 * @param wide     for tables
 * @param stays    whatever page is gone to
 */
export function Dialog({ title, onClose, wide = false, stays = false, children }) {
    const dialog = useRef(null);
    const place = usePlace();
    const opened = useRef(place);
    const id = useId();
    useEffect(() => {
        const before = document.activeElement;
        dialog.current.showModal();
        dialog.current.querySelector('[data-first]')?.focus();
        return () => focusBack(before);
    }, []);
    // Back leaves what a form was about: it does not stay over something else.
    useEffect(() => { if (!stays && place !== opened.current) onClose(); }, [place]);
    return (
        <dialog ref={dialog} className={wide ? 'dialog wide' : 'dialog'} aria-labelledby={id} onClose={onClose}
            onCancel={(event) => { event.preventDefault(); onClose(); }}>
            <header className="dialog-head">
                <h2 id={id}>{title}</h2>
                <button type="button" className="button bare" onClick={onClose} aria-label={t('common.close')}><Icon name="close" /></button>
            </header>
            <div className="dialog-body">{children}</div>
        </dialog>
    );
}

/** A question with two answers. onYes may be asynchronous; a Problem of it is shown by the caller. */
export function Confirm({ title, text, yes, danger = false, busy = false, onYes, onClose, children }) {
    return (
        <Dialog title={title} onClose={onClose}>
            {text && <p>{text}</p>}
            {children}
            <div className="actions">
                <button type="button" className={danger ? 'button danger' : 'button primary'} aria-disabled={busy || undefined} onClick={onYes}>{busy ? t('common.sending') : yes}</button>
                <button type="button" className="button" onClick={onClose}>{t('common.cancel')}</button>
            </div>
        </Dialog>
    );
}
