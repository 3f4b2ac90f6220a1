// The log: who did what, when, to which booking; narrowed, kept fresh, each entry with the whole story of its booking.
import { useCallback, useEffect, useRef, useState } from 'react';
import { DateField, Empty, Failure, Loading, Page, announce, go, href, isDate, nameIn, t, useFreshness, useRooms } from 'bookable-kit';
import { eventText, timeText, viaText } from './event_words.js';
import { HistoryDialog } from './history.jsx';
import { EMPTY, readOn } from './log_read.js';
import { useNames, usePeople } from './people_known.js';

const FRESH = 30;
const KINDS = ['booking.created', 'booking.changed', 'booking.cancelled', 'booking.approved', 'booking.rejected', 'booking.expired', 'closure.created', 'closure.changed', 'closure.cancelled'];
const NAMES = ['type', 'space', 'person', 'from', 'to'];

// What was deleted, or is of another log by now, cannot be read on: it is read anew.
async function readAnewIfGone(was, filters, signal) {
    try {
        return await readOn(was, filters, signal);
    } catch (problem) {
        if (problem.code !== 'cursor-gone') throw problem;
        return readOn(EMPTY, filters, signal);
    }
}

function useLog(filters) {
    const [state, setState] = useState({ log: null, problem: null });
    const turn = useRef(null);
    const latest = useRef(EMPTY);
    const text = JSON.stringify(filters);
    const load = useCallback(async (was) => {
        turn.current?.abort();
        const mine = new AbortController();
        turn.current = mine;
        try {
            const log = await readAnewIfGone(was, JSON.parse(text), mine.signal);
            if (mine.signal.aborted) return;
            latest.current = log;
            setState({ log, problem: null });
        } catch (problem) {
            if (!mine.signal.aborted) setState((were) => ({ ...were, problem }));
        }
    }, [text]);
    useEffect(() => {
        latest.current = EMPTY;
        setState({ log: null, problem: null });
        load(EMPTY);
        return () => turn.current?.abort();
    }, [load]);
    const reload = useCallback(() => load(latest.current), [load]);
    useFreshness(reload, FRESH, true);
    return { ...state, reload };
}

function Filters({ filters, show, rooms }) {
    const people = usePeople();
    const set = (name) => (event) => show({ [name]: event.target.value });
    const choice = (name, options) => (
        <label>{t(`log.${name}`)}
            <select value={filters[name]} onChange={set(name)}>
                <option value="">{t('log.any')}</option>
                {options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
            </select>
        </label>
    );
    return (
        <form className="filters" role="search" aria-label={t('log.filter')} onSubmit={(event) => event.preventDefault()}>
            {choice('type', KINDS.map((one) => [one, t(`log.${one}`)]))}
            {choice('space', rooms ? [...rooms.values()].map((one) => [one.id, one.name]) : [])}
            {choice('person', people)}
            {['from', 'to'].map((name) => <label key={name}>{t(`log.${name}`)}<DateField value={filters[name]} onChange={(date) => show({ [name]: date })} isOptional /></label>)}
        </form>
    );
}

function Entries({ events, names, onOpen }) {
    return (
        <table className="list">
            <caption className="hidden">{t('log.title')}</caption>
            <thead><tr><th scope="col">{t('log.when')}</th><th scope="col">{t('log.what')}</th><th scope="col">{t('log.by')}</th><th scope="col"><span className="hidden">{t('common.actions')}</span></th></tr></thead>
            <tbody>
                {events.map((event) => (
                    <tr key={event.id}>
                        <th scope="row">{timeText(event)}</th>
                        <td><span>{eventText(event, names)}{event.reason && <span className="block quiet">{t('log.because', { reason: event.reason })}</span>}</span></td>
                        <td className="wide-only">{viaText(event)}</td>
                        <td className="row-actions">{event.booking && event.type.startsWith('booking.') && <button type="button" className="button small" onClick={() => onOpen(event.booking)} aria-label={t('log.history_one', { what: eventText(event, names) })}>{t('log.history')}</button>}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

export function Log({ query }) {
    const valueOf = (name) => { const text = query.get(name) || ''; return ['from', 'to'].includes(name) && !isDate(text) ? '' : text; };
    const filters = Object.fromEntries(NAMES.map((name) => [name, valueOf(name)]));
    const { log, problem, reload } = useLog(filters);
    const rooms = useRooms();
    const names = { roomOf: nameIn(rooms), nameOf: useNames() };
    const [open, setOpen] = useState(null);
    const show = (changed) => go(href('log', { ...filters, ...changed }), { replace: true });
    const length = log?.events.length;
    useEffect(() => { if (length !== undefined) announce(t('log.found', { n: length })); }, [length]);
    return (
        <Page title={t('log.title')} lead={t('log.lead')}>
            <Filters filters={filters} show={show} rooms={rooms} />
            {problem && <Failure problem={problem} onRetry={reload} isOld={Boolean(log)} />}
            {!log && !problem && <Loading />}
            {log && (
                <>
                    {log.isMore && <p className="notice">{t('log.more')} <button type="button" className="button small" onClick={reload}>{t('log.read_on')}</button></p>}
                    {length === 0 ? <Empty icon="clock" title={t('log.none')} text={t('log.none_text')} /> : <><p className="count">{t('log.found', { n: length })}</p><Entries events={log.events} names={names} onOpen={setOpen} /></>}
                </>
            )}
            {open && <HistoryDialog booking={open} onClose={() => setOpen(null)} />}
        </Page>
    );
}
