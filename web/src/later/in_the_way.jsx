// Who is hit by a closure: asked of the server while it is typed, and shown with what becomes of them.
import { useEffect, useState } from 'react';
import { Icon, announce, patch, post, showSpan, showDate, dateOf, t, useSettled } from 'bookable-kit';
import { bodyOfClosure, lacking, patchOfClosure } from './closure_values.js';

const PAUSE = 300;

function ask(values, closure, signal) {
    // What would refuse is what is in the way, whatever shall become of it; the reason need not be written yet.
    const asked = { ...values, bookings: 'refuse', reason: values.reason.trim() || '–' };
    if (closure) return patch(`/v1/closures/${closure.id}?dryRun=true`, { ...patchOfClosure(asked, closure), reason: asked.reason }, '*', { signal });
    return post('/v1/closures?dryRun=true', bodyOfClosure(asked), { signal });
}

/**
 * @param closure  that is changed, or null
 * @return null while it is not known, else what is in the way
 */
export function useInTheWay(values, closure) {
    const settled = useSettled(values, PAUSE);
    const { rooms, fromDate, from, toDate, to } = settled;
    const text = JSON.stringify([rooms, fromDate, from, toDate, to]);
    const [found, setFound] = useState({ isFor: null, items: [] });
    useEffect(() => {
        if (lacking(settled).length) return undefined;
        const turn = new AbortController();
        ask(settled, closure, turn.signal).then(
            () => setFound({ isFor: text, items: [] }),
            (problem) => { if (!turn.signal.aborted) setFound({ isFor: text, items: problem.body?.conflicts || null }); },
        );
        return () => turn.abort();
        // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [text]);
    return found.isFor === JSON.stringify([values.rooms, values.fromDate, values.from, values.toDate, values.to]) ? found.items : null;
}

export function Rows({ items, nameOf, roomOf }) {
    return (
        <ul className="in-the-way">
            {items.map((one) => (
                <li key={`${one.space} ${one.start} ${one.booking}`}>{roomOf(one.space)}, {showDate(dateOf(one.start))}, {showSpan(one.start, one.end)}{one.title && `: ${one.title}`}{one.owner?.id && one.kind !== 'closure' && ` – ${nameOf(one.owner)}`}</li>
            ))}
        </ul>
    );
}

/** @param items  null: not known */
export function InTheWay({ items, bookings, nameOf, roomOf }) {
    const n = items?.length;
    useEffect(() => { if (n !== undefined) announce(t(n ? `closures.hit_${bookings}` : 'closures.hit_nobody', { n })); }, [n, bookings]);
    if (!items) return null;
    if (n === 0) return <p className="notice"><Icon name="check" /> {t('closures.hit_nobody')}</p>;
    return (
        <div className={bookings === 'keep' ? 'notice wait' : 'notice bad'}>
            <Icon name="warning" />
            <div>
                <p>{t(`closures.hit_${bookings}`, { n })}</p>
                <Rows {...{ items, nameOf, roomOf }} />
            </div>
        </div>
    );
}
