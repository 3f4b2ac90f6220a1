// Give up dates of a series: from one on, until another, or all that follow.
import { useState } from 'react';
import {
    Dialog, Field, Form, Submit, addDays, dateOf, instantOf, isDate, missing, post, query, spaceName, t, toast, useAction, useList, useSettled,
} from 'bookable-kit';

// How many there are between the dates; what has begun is none of them.
function useCount(booking, from, until) {
    const asked = useSettled({ from, until }, 300);
    const instant = (date) => instantOf(`${date}T00:00`, booking.timeZone);
    const path = isDate(asked.from) && query('/v1/bookings', { series: booking.series, from: instant(asked.from), to: isDate(asked.until) ? instant(addDays(asked.until, 1)) : undefined });
    const { body } = useList(path || null);
    return body?.items.filter(({ start }) => Date.parse(start) > Date.now()).length;
}

/** @param onClose  called with true if something was given up */
export function SeriesDialog({ booking, onClose }) {
    const [from, setFrom] = useState(dateOf(booking.start));
    const [until, setUntil] = useState('');
    const count = useCount(booking, from, until);
    const [send, { busy, problem }] = useAction(async () => {
        const lacks = [!isDate(from) && '/from', until !== '' && !isDate(until) && '/to'].filter(Boolean);
        if (lacks.length) throw missing(lacks);
        const { body } = await post(`/v1/series/${booking.series}/cancellation`, { from, ...(until ? { to: addDays(until, 1) } : {}) });
        onClose(true);
        toast(t('mine.series_given_up', { n: body.cancelled }));
    });
    return (
        <Dialog title={t('mine.series_title', { room: spaceName(booking.space) })} onClose={() => onClose(false)}>
            <Form problem={problem} onSubmit={send}>
                <div className="fields">
                    <Field label={t('mine.series_from')} pointer="/from">{(its) => <input type="date" value={from} onChange={(event) => setFrom(event.target.value)} required {...its} />}</Field>
                    <Field label={t('mine.series_until')} pointer="/to" hint={t('mine.series_hint')} optional>{(its) => <input type="date" value={until} min={from} onChange={(event) => setUntil(event.target.value)} {...its} />}</Field>
                </div>
                {count !== undefined && <p className="count" role="status">{t('mine.series_count', { n: count })}</p>}
                <Submit busy={busy}>{t('mine.series_go')}</Submit>
            </Form>
        </Dialog>
    );
}
