// Rooms are closed for a while, or a closure is changed: who is hit is shown before.
import { useRef, useState } from 'react';
import { Check, Choice, Dialog, Field, Form, Lines, Submit, get, nameIn, newKey, patch, postOnce, t, toast, useAction, useRooms } from 'bookable-kit';
import { Conflict } from './conflict.jsx';
import { bodyOfClosure, isWhole, newClosure, patchOfClosure, valuesOfClosure } from './closure_values.js';
import { InTheWay, useInTheWay } from './in_the_way.jsx';
import { useNames } from './people_known.js';

const POINTERS = ['/spaces', '/start', '/end', '/reason', '/bookings', '/public'];
const MODES = ['refuse', 'cancel', 'keep'];

function When({ values, change }) {
    const field = (name, type, label, pointer) => (
        <Field label={t(label)} pointer={pointer}>{(its) => <input type={type} value={values[name]} onChange={(event) => change(name)(event.target.value)} required {...its} />}</Field>
    );
    return (
        <div className="fields when">
            {field('fromDate', 'date', 'closures.from_date', '/start')}
            {field('from', 'time', 'closures.from_time')}
            {field('toDate', 'date', 'closures.to_date', '/end')}
            {field('to', 'time', 'closures.to_time')}
        </div>
    );
}

function Rooms({ chosen, onChange, rooms }) {
    const all = rooms ? [...rooms.values()] : [];
    const buildings = [...new Set(all.map((one) => one.building).filter(Boolean))].sort();
    const toggle = (id) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
    const [isOpen] = useState(chosen.length === 0);
    return (
        <details className="closed-rooms" open={isOpen}>
            <summary>{t('closures.rooms', { n: chosen.length })}{chosen.length === 1 && `: ${nameIn(rooms)(chosen[0])}`}</summary>
            <div className="actions">
                {buildings.map((name) => <button key={name} type="button" className="button small" onClick={() => onChange([...new Set([...chosen, ...all.filter((one) => one.building === name).map((one) => one.id)])])}>{t('closures.all_of', { building: name })}</button>)}
                <button type="button" className="button small" onClick={() => onChange([])}>{t('closures.no_room')}</button>
            </div>
            <div className="room-boxes">
                {all.map((one) => <label key={one.id} className="check"><input type="checkbox" checked={chosen.includes(one.id)} onChange={() => toggle(one.id)} /> {one.name}</label>)}
            </div>
        </details>
    );
}

function doneText(body) { return [t('closures.done', { n: body.spaces }), body.cancelled?.length ? t('closures.cancelled', { n: body.cancelled.length }) : ''].filter(Boolean).join(' '); }

// A new closure is made once, however often it is sent; one that is there is changed only as it was seen.
function useSending(closure, onClose) {
    const key = useRef(newKey());
    const [theirs, setTheirs] = useState(null);
    const [isDoubtful, setDoubtful] = useState(false);
    const path = closure && `/v1/closures/${closure.id}`;
    const [send, state] = useAction(async (values, version) => {
        try {
            const { body } = closure ? await patch(path, patchOfClosure(values, closure), `"${version}"`) : await postOnce('/v1/closures', bodyOfClosure(values), key.current, () => setDoubtful(true));
            onClose(true);
            toast(doneText(body));
        } catch (problem) {
            if (!problem.isUnknown) key.current = newKey();
            if (problem.status !== 412) throw problem;
            setTheirs((await get(path)).body);
        } finally {
            setDoubtful(false);
        }
    });
    return { send, theirs, setTheirs, isDoubtful, ...state };
}

/**
 * @param closure  that is changed; none: a new one, which begins with
 * @param begin    {rooms, date, until}
 * @param onClose  called with true if something was written
 */
export function ClosureDialog({ closure: first, begin, onClose }) {
    const rooms = useRooms();
    const nameOf = useNames();
    const [closure, setClosure] = useState(first);
    const [values, setValues] = useState(() => (first ? valuesOfClosure(first) : newClosure(begin)));
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    const items = useInTheWay(values, closure);
    const { send, theirs, setTheirs, isDoubtful, busy, problem, clear } = useSending(closure, onClose);
    const labels = [['start', t('closures.start')], ['end', t('closures.end')], ['reason', t('closures.reason')], ['public', t('closures.public')]];
    const take = () => { setClosure(theirs); setValues(valuesOfClosure(theirs)); setTheirs(null); clear(); };
    return (
        <Dialog title={t(first ? 'closures.change_title' : 'closures.new_title')} onClose={() => onClose(false)} wide>
            {theirs && <Conflict mine={bodyOfClosure(values)} theirs={theirs} labels={labels} onTheirs={take} onMine={() => { const { version } = theirs; setTheirs(null); send(values, version); }} />}
            {isDoubtful && <p className="notice wait" role="status">{t('closures.checking')}</p>}
            <Form problem={problem} pointers={POINTERS} onSubmit={() => isWhole(values) && send(values, closure?.version)}>
                <When values={values} change={change} />
                <Lines label={t('closures.reason')} hint={t('closures.reason_hint')} pointer="/reason" rows={2} value={values.reason} onChange={change('reason')} maxLength={500} />
                <Check label={t('closures.public')} checked={values.public} onChange={change('public')} />
                <Choice label={t('closures.bookings')} pointer="/bookings" value={values.bookings} onChange={change('bookings')} options={MODES.map((one) => [one, t(`closures.mode_${one}`)])} />
                <InTheWay {...{ items, nameOf }} bookings={values.bookings} roomOf={nameIn(rooms)} />
                {!first && <Rooms chosen={values.rooms} onChange={change('rooms')} rooms={rooms} />}
                <Submit busy={busy}>{t(first ? 'common.save' : 'closures.go')}</Submit>
            </Form>
        </Dialog>
    );
}
