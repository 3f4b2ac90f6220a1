// Rooms are closed for a while, or a closure is changed: who is hit is shown before.
import { useRef, useState } from 'react';
import { Check, Choice, Dialog, Fault, Field, Form, Lines, Submit, distinct, missing, nameIn, newKey, patch, postOnce, showDate, showTime, t, toast, useRooms } from 'bookable-kit';
import { Conflict, quoted, yesNo } from './conflict.jsx';
import { bodyOfClosure, lacking, newClosure, patchOfClosure, valuesOfClosure } from './closure_values.js';
import { InTheWay, useInTheWay } from './in_the_way.jsx';
import { useNames } from './people_known.js';
import { useEdit } from './use_edit.js';

const MODES = ['refuse', 'cancel', 'keep'];

function When({ values, change }) {
    const field = (name, type, label, pointer) => (
        <Field label={t(label)} pointer={pointer}>{(its) => <input type={type} value={values[name]} onChange={(event) => change(name)(event.target.value)} required {...its} />}</Field>
    );
    return (
        <div className="fields when">
            {field('fromDate', 'date', 'closures.from_date', '/start')}
            {field('from', 'time', 'closures.from_time', '/from')}
            {field('toDate', 'date', 'closures.to_date', '/end')}
            {field('to', 'time', 'closures.to_time', '/to')}
        </div>
    );
}

function Rooms({ chosen, onChange, rooms }) {
    const all = rooms ? [...rooms.values()] : [];
    const buildings = distinct(all.map((one) => one.building));
    const toggle = (id) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
    const [isOpen] = useState(chosen.length === 0);
    return (
        <details className="closed-rooms" open={isOpen}>
            <summary>{t('closures.rooms', { n: chosen.length })}{chosen.length === 1 && `: ${nameIn(rooms)(chosen[0])}`}</summary>
            <Fault pointer="/spaces" />
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
function useSending(first, begin, onClose) {
    const key = useRef(newKey());
    const [isDoubtful, setDoubtful] = useState(false);
    const path = first && `/v1/closures/${first.id}`;
    const edit = useEdit({
        read: { body: first, etag: first && `"${first.version}"` }, path, valuesOf: (closure) => (closure ? valuesOfClosure(closure) : newClosure(begin)),
        write: async (values, { body: closure, etag }) => {
            const lacks = lacking(values);
            if (lacks.length) throw missing(lacks);
            try {
                const { body } = closure ? await patch(path, patchOfClosure(values, closure), etag) : await postOnce('/v1/closures', bodyOfClosure(values), key.current, () => setDoubtful(true));
                onClose(true);
                toast(doneText(body));
            } catch (problem) {
                if (!problem.isUnknown) key.current = newKey();
                throw problem;
            } finally {
                setDoubtful(false);
            }
        },
    });
    return { isDoubtful, ...edit };
}

function momentText(date, clock) { return date && clock ? `${showDate(date)}, ${showTime(`${date}T${clock}`)}` : t('conflict.empty'); }

const fieldsOf = () => [
    [t('closures.start'), (values) => momentText(values.fromDate, values.from)], [t('closures.end'), (values) => momentText(values.toDate, values.to)],
    [t('closures.reason'), (values) => quoted(values.reason)], [t('closures.public'), (values) => yesNo(values.public)],
];

/**
 * @param closure  that is changed; none: a new one, which begins with
 * @param begin    {rooms, date, until}
 * @param onClose  called with true if something was written
 */
export function ClosureDialog({ closure: first, begin, onClose }) {
    const rooms = useRooms();
    const nameOf = useNames();
    const { base, values, change, send, conflict, isDoubtful, busy, problem } = useSending(first || null, begin, onClose);
    const items = useInTheWay(values, base.body);
    return (
        <Dialog title={t(first ? 'closures.change_title' : 'closures.new_title')} onClose={() => onClose(false)} wide>
            {conflict && <Conflict of={conflict} fields={fieldsOf()} />}
            {isDoubtful && <p className="notice wait" role="status">{t('closures.checking')}</p>}
            <Form problem={problem} onSubmit={send}>
                <When values={values} change={change} />
                <Lines label={t('closures.reason')} hint={t('closures.reason_hint')} pointer="/reason" rows={2} value={values.reason} onChange={change('reason')} maxLength={500} />
                <Check label={t('closures.public')} pointer="/public" checked={values.public} onChange={change('public')} />
                <Choice label={t('closures.bookings')} pointer="/bookings" value={values.bookings} onChange={change('bookings')} options={MODES.map((one) => [one, t(`closures.mode_${one}`)])} />
                <InTheWay {...{ items, nameOf }} bookings={values.bookings} roomOf={nameIn(rooms)} />
                {!first && <Rooms chosen={values.rooms} onChange={change('rooms')} rooms={rooms} />}
                <Submit busy={busy}>{t(first ? 'common.save' : 'closures.go')}</Submit>
            </Form>
        </Dialog>
    );
}
