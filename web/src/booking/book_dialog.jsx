// Book a room: the form says what would be refused while it is typed, and a refusal says what is free instead.
import { useRef, useState } from 'react';
import { afterFrame } from '../after_frame.js';
import { Dialog } from '../components/dialog.jsx';
import { Form, Submit } from '../components/form.jsx';
import { Icon } from '../components/icon.jsx';
import { Link } from '../components/link.jsx';
import { toast } from '../components/toasts.jsx';
import { HereToo } from '../components/zone_notice.jsx';
import { useAction } from '../components/use_action.js';
import { missing, newKey, post, postOnce } from '../api.js';
import { join, sentence, t } from '../i18n.js';
import { useRoomNames } from '../places.js';
import { go, href } from '../router.js';
import { isAdmin } from '../session.js';
import { showDate, showTime, wallOf } from '../time.js';
import { BookingFields } from './fields.jsx';
import { Refusal } from './refusal.jsx';
import { bodyOf, isComplete, lacking, newValues, spanOf } from './values.js';
import { useDryRun } from './use_dry_run.js';
import { usePolicy } from './use_policy.js';
import { showWhen, spaceId } from './words.js';

/** Whether a problem is for <Refusal>, and not of fields. */
export const isRefusal = (problem) => problem && ['slot-taken', 'rules-broken', 'quota-used'].includes(problem.code);

/** Take back what was just booked. */
async function undo(booking, onDone) {
    try {
        await post(`/v1/bookings/${booking.id}/cancellation`, { reason: null });
        toast(t('book.undone'));
        onDone();
    } catch (problem) {
        toast(sentence(problem), { tone: 'bad' });
    }
}

/** Say that it is booked, with the way back. @param more  other buttons */
function sayBooked(booking, room, onDone, more = []) {
    const key = booking.state === 'pending' ? 'book.asked' : 'book.booked';
    toast(t(key, { room, when: showWhen(booking) }), { actions: [{ label: t('common.undo'), run: () => undo(booking, onDone), focus: true }, ...more] });
}

/** Book at once, without a form. A lost answer is asked for again, by the same key. */
export async function bookNow(body, room, onDone) {
    const { body: booking } = await postOnce('/v1/bookings', body, newKey(), () => toast(t('book.checking'), { tone: 'wait' }));
    sayBooked(booking, room, onDone, [{ label: t('book.more'), run: () => go(href('mine', { change: booking.id })) }]);
}

// A key belongs to what is asked: it changes when that does, once the server has said no to it.
function useBooking({ policy, onBooked, onSend }) {
    const key = useRef(newKey());
    const [isDoubtful, setDoubtful] = useState(false);
    const [send, state] = useAction(async (space, values) => {
        if (!isComplete(values)) throw missing(lacking(values));
        onSend({ space, ...spanOf(values) });
        try {
            const { body } = await postOnce('/v1/bookings', bodyOf(space, values, policy), key.current, () => setDoubtful(true));
            onBooked(body);
        } catch (problem) {
            if (!problem.isUnknown) key.current = newKey();
            onSend(null);
            throw problem;
        } finally {
            setDoubtful(false);
        }
    });
    return { send, isDoubtful, ...state };
}

/** That somebody decides about it, until when, and which groups do. @param dryRun  of useDryRun() */
export function Whether({ dryRun, policy }) {
    const { answer: booking } = dryRun;
    if (booking?.state !== 'pending') return null;
    const groups = (policy?.approvers || []).filter((one) => one.startsWith('group:')).map((one) => one.slice(6));
    return (
        <p className="notice wait">
            {booking.expiresAt ? t('book.asks_until', { when: `${showDate(booking.expiresAt)}, ${showTime(booking.expiresAt)}` }) : t('book.asks')}
            {groups.length > 0 && ` ${t('book.decided_by', { who: join(groups) })}`}
        </p>
    );
}

// What a refusal is about: another title changes nothing about that.
const aboutOf = ({ title, notes, ...rest }) => JSON.stringify(rest);

/** A setter for the fields of a booking: what was refused is not said of something else. @param clear  takes the refusal away */
export const changing = (values, setValues, clear) => (change) => {
    if (aboutOf(change(values)) !== aboutOf(values)) clear();
    setValues(change);
};

// For a term instead of once, with what was typed.
function Repeat({ space, policy, values }) {
    if (policy && !policy.series && !isAdmin()) return null;
    const { date, from, to, title, people } = values;
    return <Link to="repeat" values={{ id: space.id, date, from, to, title, people }} className="button"><Icon name="repeat" /> {t('book.repeat')}</Link>;
}

/**
 * @param space       {id, name, capacity, policy}: policy whole, or its id
 * @param start, end  wall times of the room
 * @param onChanged   something was booked, or taken back
 * @param onSend      called with what is sent, wall times {space, start, end}, and with null if it was not booked
 */
export function BookDialog({ space, start, end, people, onClose, onChanged = () => {}, onSend = () => {} }) {
    const policy = usePolicy(space);
    // It may become another room than the one that was asked for.
    const nameOf = useRoomNames([]);
    const [values, setValues] = useState(() => newValues({ start, end, people }));
    const body = isComplete(values) ? bodyOf(space.id, values, policy) : null;
    const dryRun = useDryRun(body);
    const onBooked = (booking) => {
        onClose();
        onChanged();
        // While a dialog is there nothing outside of it takes the focus.
        afterFrame(() => sayBooked(booking, spaceId(booking.space) === space.id ? space.name : nameOf(spaceId(booking.space)), onChanged));
    };
    const { send, busy, problem, clear, isDoubtful } = useBooking({ policy, onBooked, onSend });
    const isOwn = dryRun.isFor === JSON.stringify(body);
    const take = (one) => send(one.space, { ...values, ...newValues({ start: wallOf(one.start), end: wallOf(one.end), title: values.title, people: values.people }), notes: values.notes });
    return (
        <Dialog title={t('book.dialog', { room: space.name })} onClose={onClose}>
            {isRefusal(problem) && <Refusal problem={problem} onTake={take} />}
            {!problem && isOwn && isRefusal(dryRun.problem) && <Refusal problem={dryRun.problem} quiet />}
            {isDoubtful && <p className="notice wait" role="status">{t('book.checking')}</p>}
            <Form problem={isRefusal(problem) ? null : problem} typed={isOwn ? dryRun.problem : null} onSubmit={() => send(space.id, values)}>
                <BookingFields values={values} setValues={changing(values, setValues, clear)} policy={policy} capacity={space.capacity} />
                {body && <HereToo span={spanOf(values)} zone={space.timeZone} />}
                <Whether dryRun={dryRun} policy={policy} />
                <div className="actions">
                    <Submit busy={busy}>{t(dryRun.answer?.state === 'pending' ? 'book.ask' : 'book.go')}</Submit>
                    <Repeat space={space} policy={policy} values={values} />
                </div>
            </Form>
        </Dialog>
    );
}
