// Change a booking: time, title, how many. If it was changed elsewhere meanwhile, both versions are shown.
import { BookingFields, Dialog, Form, Refusal, Submit, isComplete, newValues, patch, patchOf, showWhen, spaceId, spaceName, spanOf, t, toast, valuesOf, wallOf } from 'bookable-kit';
import { Conflict, counted, quoted } from './conflict.jsx';
import { useEdit } from './use_edit.js';

const POINTERS = ['/start', '/end', '/title', '/people', '/notes'];
const isRefusal = (problem) => problem && ['slot-taken', 'rules-broken', 'quota-used'].includes(problem.code);

const fieldsOf = () => [
    [t('move.when'), (values) => (isComplete(values) ? showWhen(spanOf(values)) : t('conflict.empty'))], [t('book.title'), ({ title }) => quoted(title)],
    [t('book.people'), ({ people }) => counted(people)], [t('book.notes'), ({ notes }) => quoted(notes)],
];

/** @param onClose  called with the booking as it is now, or nothing */
export function MoveDialog({ booking: first, onClose }) {
    const path = `/v1/bookings/${first.id}`;
    const { base, values, setValues, busy, problem, conflict, send, run } = useEdit({
        read: { body: first, etag: `"${first.version}"` }, path, valuesOf, together: [['date', 'from', 'to']],
        // Another room is not in the form: it comes with what is taken instead.
        write: async ({ space, ...its }, { body: booking, etag }) => {
            const { body } = await patch(path, { ...patchOf(its, booking), ...(space ? { space } : {}) }, etag);
            onClose(body);
            toast(t('move.done', { when: showWhen(body) }));
        },
    });
    const take = (one) => {
        const moved = { ...values, ...newValues({ start: wallOf(one.start), end: wallOf(one.end), title: values.title, people: values.people }), notes: values.notes };
        run({ ...moved, space: spaceId(one.space) === spaceId(base.body.space) ? null : spaceId(one.space) }, base);
    };
    return (
        <Dialog title={t('move.title', { room: spaceName(first.space) })} onClose={() => onClose()}>
            {conflict && <Conflict of={conflict} fields={fieldsOf()} />}
            {isRefusal(problem) && <Refusal problem={problem} onTake={take} />}
            <Form problem={isRefusal(problem) ? null : problem} pointers={POINTERS} onSubmit={() => isComplete(values) && send()}>
                <BookingFields values={values} setValues={setValues} policy={null} />
                <Submit busy={busy}>{t('common.save')}</Submit>
            </Form>
        </Dialog>
    );
}
