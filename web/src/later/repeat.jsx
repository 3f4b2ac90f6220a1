// A booking that recurs: how often and until when, the dates that this makes, each with what stands against it, and then
// all that are ticked at once, or none.
import { useRef, useState } from 'react';
import {
    BookingFields, Form, Icon, Link, Page, Read, Refusal, Submit, addMinutes, dateOf, isComplete, newKey, nextWall, post, postOnce, sentence, shownWall, t, toast, useAction, useDryRun,
    useGet,
} from 'bookable-kit';
import { Dates, datesOf } from './repeat_dates.jsx';
import { Done } from './repeat_done.jsx';
import { Rule } from './repeat_rule.jsx';
import { firstValues, isWhole, seriesBody, withDate } from './repeat_values.js';

const isRefusal = (problem) => problem && ['rules-broken', 'quota-used'].includes(problem.code);

async function undo(id) {
    try {
        const { body } = await post(`/v1/series/${id}/cancellation`, {});
        toast(t('mine.series_given_up', { n: body.cancelled }));
    } catch (problem) {
        toast(sentence(problem), { tone: 'bad' });
    }
}

// The dates that are ticked are booked in one request, all or none. A lost answer is asked for again, by the same key.
function useSending(onDone, onClash) {
    const key = useRef(newKey());
    return useAction(async (body, room) => {
        try {
            const { body: series } = await postOnce('/v1/series', body, key.current, () => toast(t('book.checking'), { tone: 'wait' }));
            toast(t('repeat.done', { n: series.created.length, room }), { actions: [{ label: t('common.undo'), run: () => undo(series.id), focus: true }] });
            onDone(series);
        } catch (problem) {
            if (!problem.isUnknown) key.current = newKey();
            if (problem.code === 'series-clash') onClash();
            throw problem;
        }
    });
}

// What the server says of the dates, and which of them were taken out.
function usePreview(space, values, policy) {
    const [out, setOut] = useState({});
    const [turn, setTurn] = useState(0);
    const body = isComplete(values) && isWhole(values) ? seriesBody(space.id, values, policy, { except: Object.keys(out).filter((date) => out[date].isOut), mode: 'free' }) : null;
    const { answer, problem, isFor } = useDryRun(body, '/v1/series', turn);
    const isNew = isFor === JSON.stringify(body);
    const clash = problem?.code === 'series-clash' ? problem.body : null;
    const dates = datesOf(answer || clash, out);
    const toggle = ({ start, end, is }) => setOut((were) => ({ ...were, [dateOf(start)]: { start, end, isOut: is !== 'out' } }));
    return { body, dates, isNew, problem: clash ? null : problem, toggle, forget: () => setOut({}), again: () => setTurn((was) => was + 1) };
}

const isBooked = ({ is }) => is === 'free' || is === 'pending';

// It stands where the dates are that it books, whatever the width.
function Go({ space, preview: { dates, isNew }, busy }) {
    const booked = dates.filter(isBooked);
    const isAsk = booked.some(({ is }) => is === 'pending');
    return (
        <div className="actions">
            <Submit form="series" busy={busy} aria-disabled={busy || !isNew || booked.length === 0 || undefined}>{t(isAsk ? 'repeat.ask' : 'repeat.go', { n: booked.length })}</Submit>
            <Link to="room" values={{ id: space.id }} className="button">{t('common.cancel')}</Link>
        </div>
    );
}

function Preview({ preview, children }) {
    const { dates, isNew, problem, body } = preview;
    const booked = dates.filter(isBooked).length;
    return (
        <section className="panel" aria-labelledby="dates" aria-busy={(body && !isNew) || undefined}>
            <h2 id="dates">{t('repeat.dates')}</h2>
            {!body && <p>{t('repeat.incomplete')}</p>}
            {body && problem && (isRefusal(problem) ? <Refusal problem={problem} quiet /> : <p className="notice bad"><Icon name="warning" /> {sentence(problem)}</p>)}
            {body && !problem && dates.length > 0 && (
                <>
                    <p className="count" role="status">{t('repeat.of', { n: booked, of: dates.length })}</p>
                    <Dates dates={dates} onToggle={preview.toggle} />
                </>
            )}
            {children}
        </section>
    );
}

function Fields({ space, policy, values, setValues, preview, sending }) {
    const [send, { problem, clear }] = sending;
    // What follows from another question is not said of this one: a rule that changes has other dates.
    const change = (next, isRule) => {
        clear();
        if (isRule) preview.forget();
        setValues((were) => withDate(typeof next === 'function' ? next(were) : { ...were, ...next }));
    };
    const booked = preview.dates.filter(isBooked);
    const except = preview.dates.filter((one) => !booked.includes(one)).map(({ start }) => dateOf(start));
    const submit = () => preview.isNew && booked.length > 0 && send(seriesBody(space.id, values, policy, { except, mode: 'all' }), space.name);
    const clash = problem?.code === 'series-clash';
    return (
        <Form id="series" className="panel" problem={clash || isRefusal(problem) ? null : problem} typed={preview.isNew ? preview.problem : null} onSubmit={submit}>
            {clash && <Refusal problem={{ ...problem, body: { violations: [{ rule: 'series-clash' }] } }} />}
            {!clash && isRefusal(problem) && <Refusal problem={problem} />}
            <BookingFields values={values} setValues={(next) => change(next, false)} policy={policy} capacity={space.capacity} />
            <Rule values={values} set={(next) => change(next, true)} />
        </Form>
    );
}

function Series({ space, asked }) {
    const policy = typeof space.policy === 'object' ? space.policy : null;
    const [values, setValues] = useState(() => {
        const start = nextWall(Date.now(), space.timeZone, 30);
        return firstValues(asked, { start, end: shownWall(addMinutes(start, 60), space.timeZone) });
    });
    const [done, setDone] = useState(null);
    const preview = usePreview(space, values, policy);
    const sending = useSending((series) => setDone({ series, left: preview.dates.filter(({ is }) => is === 'out' || is === 'refused') }), preview.again);
    if (done) return <Done {...done} people={values.people} />;
    return (
        <div className="columns">
            <Fields {...{ space, policy, values, setValues, preview, sending }} />
            <Preview preview={preview}><Go {...{ space, preview }} busy={sending[1].busy} /></Preview>
        </div>
    );
}

export function Repeat({ query }) {
    const id = query.get('id') || '';
    const space = useGet(`/v1/spaces/${encodeURIComponent(id)}?expand=policy`);
    return (
        <Page title={space.body ? t('repeat.title', { room: space.body.name }) : t('book.repeat')} lead={t('repeat.lead')}>
            <Read from={space}>{(its) => <Series space={its} asked={query} />}</Read>
        </Page>
    );
}
