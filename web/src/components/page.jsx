// The head of a screen: its name, which gets the focus when the screen is gone to, and what can be done on it.
import { useEffect, useRef } from 'react';
import { useSite } from '../session.js';

let isFirst = true;

export function Page({ title, lead, actions, children, className = '' }) {
    const head = useRef(null);
    const site = useSite();
    useEffect(() => { document.title = site ? `${title} · ${site.name}` : title; }, [title, site]);
    useEffect(() => {
        // The browser itself has the focus where it belongs when the page is loaded.
        if (!isFirst && !document.querySelector('dialog[open]')) head.current.focus({ preventScroll: true });
        isFirst = false;
        window.scrollTo(0, 0);
    }, []);
    return (
        <div className={`page ${className}`}>
            <header className="page-head">
                <div>
                    <h1 ref={head} tabIndex={-1}>{title}</h1>
                    {lead && <p className="lead">{lead}</p>}
                </div>
                {actions && <div className="actions">{actions}</div>}
            </header>
            {children}
        </div>
    );
}
