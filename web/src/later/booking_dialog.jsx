// One booking, for who looks after the room: what it is, moved, given up with a reason, and its history.
import { useState } from 'react';
import { Dialog, Form, Lines, Submit, post, showWhen, spaceName, t, toast, useAction } from 'bookable-kit';
import { MoveDialog } from './move_dialog.jsx';
import { HistoryDialog } from './history.jsx';
import { useNames } from './people_known.js';

function GiveUp({ booking, onDone }) {
    const [reason, setReason] = useState('');
    const [send, { busy, problem }] = useAction(async () => {
        await post(`/v1/bookings/${booking.id}/cancellation`, { reason: reason.trim() || null });
        toast(t('calendar.given_up', { room: spaceName(booking.space), when: showWhen(booking) }));
        onDone(true);
    });
    return (
        <Form problem={problem} onSubmit={send}>
            <Lines label={t('requests.reason')} hint={t('calendar.reason_hint')} pointer="/reason" optional rows={2} value={reason} onChange={setReason} maxLength={500} />
            <Submit busy={busy}>{t('mine.give_up')}</Submit>
        </Form>
    );
}

function Facts({ booking }) {
    const nameOf = useNames();
    const facts = [['requests.who', booking.owner && nameOf(booking.owner)], ['book.people', booking.people], ['book.notes', booking.notes], ['rooms.state', t(`state.${booking.state}`)]];
    return <dl className="facts">{facts.filter(([, value]) => value).map(([key, value]) => <div key={key}><dt>{t(key)}</dt><dd>{value}</dd></div>)}</dl>;
}

/** @param onClose  called with true if something was changed */
export function BookingDialog({ booking, onClose }) {
    const [open, setOpen] = useState(null);
    const may = (what) => booking.may?.includes(what);
    if (open === 'move') return <MoveDialog booking={booking} onClose={(moved) => onClose(Boolean(moved))} />;
    if (open === 'history') return <HistoryDialog booking={booking.id} onClose={() => onClose(false)} />;
    return (
        <Dialog title={booking.title || t('mine.untitled')} onClose={() => onClose(false)}>
            <p><strong>{spaceName(booking.space)}</strong>, {showWhen(booking)}</p>
            <Facts booking={booking} />
            {open === 'give-up' ? <GiveUp booking={booking} onDone={onClose} /> : (
                <div className="actions">
                    {may('change') && <button type="button" className="button primary" onClick={() => setOpen('move')}>{t('mine.change')}</button>}
                    {may('cancel') && <button type="button" className="button" onClick={() => setOpen('give-up')}>{t('mine.give_up')}</button>}
                    {booking.id && <button type="button" className="button" onClick={() => setOpen('history')}>{t('log.history')}</button>}
                </div>
            )}
        </Dialog>
    );
}
