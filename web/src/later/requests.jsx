// Requests that the caller may decide about: one by one, several at once, or all dates of a series.
import { useEffect, useRef, useState } from 'react';
import { Empty, Page, Read, ZoneNotice, announce, list, t, toast, useAction, useGet, zonesOf } from 'bookable-kit';
import { decide, decideSeries, isOver, refusalText, whatText } from './decide.js';
import { RejectDialog } from './reject_dialog.jsx';
import { Request } from './request.jsx';
import { useNames } from './people_known.js';

const readRequests = async (path, options) => {
    const { items, isMore } = await list(path, { most: 400, ...options });
    return { body: { items: items.filter((one) => one.may?.includes('decide')), isMore }, etag: null };
};

// Who decides by the keyboard goes on with the next one: the focus is not lost with what is gone.
function useNextFocus(items, first) {
    const wanted = useRef(first ? { id: first } : null);
    useEffect(() => {
        if (!items || !wanted.current) return;
        const { id, gone } = wanted.current;
        if (gone && items.some((one) => one.id === gone)) return;
        const target = document.querySelector(`[data-request="${CSS.escape(id || '')}"] .approve`) || document.querySelector('.request .approve') || document.querySelector('h1');
        wanted.current = null;
        target?.focus();
    }, [items]);
    return (gone) => {
        const at = items.findIndex((one) => one.id === gone);
        wanted.current = { gone, id: (items[at + 1] || items[at - 1])?.id };
    };
}

function useDeciding(requests, nameOf, onNext) {
    const [faults, setFaults] = useState({});
    const say = (booking, problem) => {
        const text = refusalText(problem, nameOf);
        if (isOver(problem)) toast(`${whatText(booking)}: ${text}`, { tone: 'bad' });
        else setFaults((were) => ({ ...were, [booking.id]: text }));
    };
    // One after the other: each is decided by itself, and says by itself why it was not.
    const all = async (bookings, verdict, body) => {
        let done = 0;
        for (const booking of bookings) {
            setFaults(({ [booking.id]: gone, ...others }) => others);
            try {
                await decide(booking, verdict, body);
                done += 1;
            } catch (problem) {
                if (!problem.code) throw problem;
                say(booking, problem);
                if (problem.code === 'not-signed-in') break;
            }
        }
        if (done && bookings.length === 1) toast(t(`requests.done_${verdict}`, { what: whatText(bookings[0]) }));
        else if (done) toast(t(`requests.done_many_${verdict}`, { n: done }));
        if (bookings.length === 1 && done) onNext(bookings[0].id);
        await requests.reload();
    };
    const [run, { busy }] = useAction(all);
    const [series, { busy: isSeriesBusy }] = useAction(async (booking) => {
        try {
            const { body } = await decideSeries(booking.series, 'approval', {});
            toast(t('requests.done_many_approval', { n: body.approved }));
            onNext(booking.id);
        } catch (problem) {
            if (!problem.code) throw problem;
            say(booking, problem);
        }
        await requests.reload();
    });
    return { run, series, say, faults, isBusy: busy || isSeriesBusy };
}

function Several({ chosen, items, isBusy, onChoose, onApprove, onReject }) {
    const isAll = chosen.length === items.length;
    return (
        <div className="actions several" role="group" aria-label={t('requests.several')}>
            <label className="check"><input type="checkbox" checked={isAll} onChange={() => onChoose(isAll ? [] : items.map((one) => one.id))} /> {t('requests.all')}</label>
            {chosen.length > 0 && (
                <>
                    <button type="button" className="button small" aria-disabled={isBusy || undefined} onClick={onApprove}>{t('requests.approve_chosen', { n: chosen.length })}</button>
                    <button type="button" className="button small" aria-disabled={isBusy || undefined} onClick={onReject}>{t('requests.reject_chosen', { n: chosen.length })}</button>
                </>
            )}
        </div>
    );
}

function Waiting({ items, isMore, requests, first }) {
    const nameOf = useNames();
    const [chosenIds, setChosen] = useState([]);
    const [refused, setRefused] = useState(null);
    const next = useNextFocus(items, first);
    const { run, series, say, faults, isBusy } = useDeciding(requests, nameOf, next);
    const chosen = items.filter((one) => chosenIds.includes(one.id));
    useEffect(() => announce(t('requests.found', { n: items.length })), [items.length]);
    const choose = (id) => setChosen((were) => (were.includes(id) ? were.filter((one) => one !== id) : [...were, id]));
    const closed = (outcome) => {
        const [booking] = refused;
        setRefused(null);
        if (!outcome) return;
        if (outcome === true) toast(t('requests.done_rejection', { what: whatText(booking) }));
        else say(booking, outcome);
        next(booking.id);
        requests.reload();
    };
    const several = async (bookings, verdict, body) => { await run(bookings, verdict, body); setChosen([]); };
    const on = { approve: (booking) => run([booking], 'approval', {}), approveSeries: series, reject: (booking) => !isBusy && setRefused([booking]), choose };
    const isNone = items.length === 0;
    return (
        <>
            {isNone && <Empty icon="ask" title={t('requests.none')} text={t('requests.none_text')} />}
            <ZoneNotice zone={zonesOf(items)} />
            {!isNone && <p className="count">{t('requests.found', { n: items.length })}{isMore && ` ${t('common.and_more')}`}</p>}
            {items.length > 1 && <Several {...{ chosen, items, isBusy }} onChoose={setChosen} onApprove={() => several(chosen, 'approval', {})} onReject={() => setRefused(chosen)} />}
            <ul className="requests">
                {items.map((one) => (
                    <Request key={one.id} booking={one} isChosen={chosenIds.includes(one.id)} fault={faults[one.id]} {...{ nameOf, isBusy, on }}
                        inSeries={one.series ? items.filter(({ series: its }) => its === one.series).length : 0} />
                ))}
            </ul>
            {refused && <RejectDialog bookings={refused} onAll={(body) => { setRefused(null); several(refused, 'rejection', body); }} onClose={closed} />}
        </>
    );
}

export function Requests({ query }) {
    const requests = useGet('/v1/bookings?state=pending&include=space', { reader: readRequests, every: 60 });
    return (
        <Page title={t('requests.title')} lead={<>{t('requests.lead')}<span className="for-keys"> {t('requests.keys')}</span></>}>
            <Read from={requests}>
                {({ items, isMore }) => <Waiting {...{ items, isMore, requests }} first={query.get('id')} />}
            </Read>
        </Page>
    );
}
