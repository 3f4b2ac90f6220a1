// Change a booking: time, title, how many. If it was changed elsewhere meanwhile, both versions are shown.
import {
    BookingFields, Dialog, Form, Refusal, Submit, Whether, changing, isComplete, isRefusal, lacking, missing, newValues, patch, patchOf, showWhen, spaceId, spaceName, spanOf, t, toast, useDryRun,
    usePolicy, valuesOf, wallOf,
} from 'bookable-kit';
import { Conflict, counted, quoted } from './conflict.jsx';
import { useEdit } from './use_edit.js';

const fieldsOf = () => [
    [t('move.when'), (values) => (isComplete(values) ? showWhen(spanOf(values)) : t('conflict.empty'))], [t('book.title'), ({ title }) => quoted(title)],
    [t('book.people'), ({ people }) => counted(people)], [t('book.notes'), ({ notes }) => quoted(notes)],
];

// What the rules ask for, which has its own names in each room.
const askedOf = (policy) => (policy?.fields || []).map(({ key, label }) => [label || key, ({ attributes }) => quoted(attributes[key])]);

// What is typed, for the server to say what it thinks of it; null while there is nothing to say.
function bodyOf(values, booking) {
    const body = isComplete(values) ? patchOf(values, booking) : {};
    return Object.keys(body).length ? body : null;
}

/** @param onClose  called with the booking as it is now, or nothing */
export function MoveDialog({ booking: first, onClose }) {
    const path = `/v1/bookings/${first.id}`;
    // The terms were accepted when it was booked.
    const rules = usePolicy({ id: spaceId(first.space) });
    const policy = rules && { ...rules, terms: null };
    const { base, values, setValues, busy, problem, clear, conflict, send, run } = useEdit({
        read: { body: first, etag: `"${first.version}"` }, path, valuesOf, together: [['date', 'from', 'to']],
        // Another room is not in the form: it comes with what is taken instead.
        write: async ({ space, ...its }, { body: booking, etag }) => {
            if (!isComplete(its)) throw missing(lacking(its));
            const { body } = await patch(path, { ...patchOf(its, booking), ...(space ? { space } : {}) }, etag);
            onClose(body);
            toast(t('move.done', { when: showWhen(body) }));
        },
    });
    const body = bodyOf(values, base.body);
    const dryRun = useDryRun(body, path, 0, true);
    const isOwn = dryRun.isFor === JSON.stringify(body);
    const take = (one) => {
        const moved = { ...values, ...newValues({ start: wallOf(one.start), end: wallOf(one.end), title: values.title, people: values.people }), notes: values.notes, attributes: values.attributes };
        run({ ...moved, space: spaceId(one.space) === spaceId(base.body.space) ? null : spaceId(one.space) }, base);
    };
    return (
        <Dialog title={t('move.title', { room: spaceName(first.space) })} onClose={() => onClose()}>
            {conflict && <Conflict of={conflict} fields={[...fieldsOf(), ...askedOf(policy)]} />}
            {isRefusal(problem) && <Refusal problem={problem} onTake={take} />}
            {!problem && isOwn && isRefusal(dryRun.problem) && <Refusal problem={dryRun.problem} quiet />}
            <Form problem={isRefusal(problem) ? null : problem} typed={isOwn ? dryRun.problem : null} onSubmit={send}>
                <BookingFields values={values} setValues={changing(values, setValues, clear)} policy={policy} />
                {isOwn && <Whether dryRun={dryRun} policy={policy} />}
                <Submit busy={busy}>{t('common.save')}</Submit>
            </Form>
        </Dialog>
    );
}
