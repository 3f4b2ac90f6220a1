// Change a booking: time, title, how many. If it was changed elsewhere meanwhile, both versions are shown.
import { useState } from 'react';
import {
    BookingFields, Dialog, Form, Icon, Refusal, Submit, get, isComplete, newValues, patch, patchOf, showWhen, spaceId, spaceName, spanOf, t, toast,
    useAction, valuesOf, wallOf,
} from 'bookable-kit';

const POINTERS = ['/start', '/end', '/title', '/people', '/notes'];
const isRefusal = (problem) => problem && ['slot-taken', 'rules-broken', 'quota-used'].includes(problem.code);

function Both({ values, theirs, onMine, onTheirs }) {
    return (
        <div className="notice bad" role="alert">
            <Icon name="warning" />
            <div>
                <p>{t('conflict.text')}</p>
                <p>{t('conflict.mine')}: {showWhen(spanOf(values))} {values.title}</p>
                <p>{t('conflict.theirs')}: {showWhen(theirs)} {theirs.title}</p>
                <div className="actions">
                    <button type="button" className="button primary" onClick={onMine}>{t('conflict.keep')}</button>
                    <button type="button" className="button" onClick={onTheirs}>{t('conflict.take')}</button>
                </div>
            </div>
        </div>
    );
}

/** @param onClose  called with the booking as it is now, or nothing */
export function MoveDialog({ booking: first, onClose }) {
    const [booking, setBooking] = useState(first);
    const [values, setValues] = useState(() => valuesOf(first));
    const [theirs, setTheirs] = useState(null);
    const path = `/v1/bookings/${first.id}`;
    const [send, { busy, problem, clear }] = useAction(async (changed, version) => {
        try {
            const { body } = await patch(path, changed, `"${version}"`);
            onClose(body);
            toast(t('move.done', { when: showWhen(body) }));
        } catch (refusal) {
            if (refusal.status !== 412) throw refusal;
            setTheirs((await get(path)).body);
        }
    });
    const keepMine = () => { const { version } = theirs; setBooking(theirs); setTheirs(null); send(patchOf(values, theirs), version); };
    const takeTheirs = () => { setBooking(theirs); setValues(valuesOf(theirs)); setTheirs(null); clear(); };
    const take = (one) => {
        const moved = { ...values, ...newValues({ start: wallOf(one.start), end: wallOf(one.end), title: values.title, people: values.people }), notes: values.notes };
        send({ ...patchOf(moved, booking), ...(spaceId(one.space) === spaceId(booking.space) ? {} : { space: spaceId(one.space) }) }, booking.version);
    };
    return (
        <Dialog title={t('move.title', { room: spaceName(first.space) })} onClose={() => onClose()}>
            {theirs && <Both values={values} theirs={theirs} onMine={keepMine} onTheirs={takeTheirs} />}
            {isRefusal(problem) && <Refusal problem={problem} onTake={take} />}
            <Form problem={isRefusal(problem) ? null : problem} pointers={POINTERS} onSubmit={() => isComplete(values) && send(patchOf(values, booking), booking.version)}>
                <BookingFields values={values} setValues={setValues} policy={null} />
                <Submit busy={busy}>{t('common.save')}</Submit>
            </Form>
        </Dialog>
    );
}
