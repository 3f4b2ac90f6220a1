// To refuse requests: with a reason, which the person reads, and, of a single one, with what could be had instead.
import { useState } from 'react';
import { Choice, Dialog, Field, Form, Icon, Lines, Submit, get, missing, spaceId, t, useAction, useRooms } from 'bookable-kit';
import { decide, isOver, whatText } from './decide.js';

function Suggestion({ values, change, booking }) {
    const rooms = useRooms();
    const options = [[spaceId(booking.space), t('requests.same_room')], ...(rooms ? [...rooms.values()].filter((one) => one.id !== spaceId(booking.space)).map((one) => [one.id, one.name]) : [])];
    return (
        <fieldset>
            <legend>{t('requests.suggest')} <span className="optional">{t('common.optional')}</span></legend>
            <Choice label={t('rooms.name')} pointer="/suggest/space" value={values.space} onChange={change('space')} options={options} />
            <div className="fields when">
                <Field label={t('book.date')} pointer="/suggest/start">{(its) => <input type="date" value={values.date} onChange={(event) => change('date')(event.target.value)} {...its} />}</Field>
                <Field label={t('book.from')}>{(its) => <input type="time" value={values.from} onChange={(event) => change('from')(event.target.value)} {...its} />}</Field>
            </div>
        </fieldset>
    );
}

function bodyOf(values) {
    const body = { reason: values.reason.trim() };
    if (values.date && values.from) body.suggest = { space: values.space, start: `${values.date}T${values.from}` };
    return body;
}

/**
 * @param bookings  that are refused
 * @param onAll     of several: called with the body; else the dialog sends it itself
 * @param onClose   called with the problem if there is nothing left to decide, with true if it was refused, with nothing if it was left
 */
export function RejectDialog({ bookings, onAll, onClose }) {
    const [booking, setBooking] = useState(bookings[0]);
    const [isChanged, setChanged] = useState(false);
    const [values, setValues] = useState({ reason: '', space: spaceId(bookings[0].space), date: '', from: '' });
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    const isOne = bookings.length === 1;
    const [send, { busy, problem }] = useAction(async () => {
        if (!values.reason.trim()) throw missing(['/reason']);
        if (!isOne) { onAll(bodyOf(values)); return; }
        try {
            await decide(booking, 'rejection', bodyOf(values));
            onClose(true);
        } catch (refusal) {
            if (isOver(refusal)) { onClose(refusal); return; }
            if (refusal.status !== 412) throw refusal;
            const { body } = await get(`/v1/bookings/${booking.id}`);
            setBooking({ ...body, space: body.space === spaceId(booking.space) ? booking.space : body.space });
            setChanged(true);
        }
    });
    return (
        <Dialog title={isOne ? t('requests.reject_title', { what: whatText(booking) }) : t('requests.reject_many', { n: bookings.length })} onClose={() => onClose()}>
            {isChanged && <p className="notice bad" role="alert"><Icon name="warning" /> {t('requests.changed')}</p>}
            <Form problem={problem} onSubmit={send}>
                <Lines label={t('requests.reason')} hint={t('requests.reason_hint')} pointer="/reason" rows={2} value={values.reason} onChange={change('reason')} maxLength={500} />
                {isOne && <Suggestion values={values} change={change} booking={booking} />}
                <Submit busy={busy}>{t('requests.reject')}</Submit>
            </Form>
        </Dialog>
    );
}
