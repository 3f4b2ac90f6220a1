// What the policy, as it is saved, opens on a day: asked of the server, so that it is the truth.
import { useState } from 'react';
import { Field, Read, addDays, browserZone, instantOf, isDate, query, showDay, showSpan, t, today, useGet } from 'bookable-kit';

/** @param rooms  an answer of GET /v1/spaces: those that have the policy */
export function Effect({ id, timeZone, rooms }) {
    // A policy without a zone of its own is judged in that of a room which has it.
    const room = rooms.body?.items[0];
    const zone = timeZone || room?.timeZone;
    const [date, setDate] = useState(() => today(zone || browserZone()));
    const isKnown = Boolean(zone);
    const path = isKnown && isDate(date) && query(`/v1/policies/${encodeURIComponent(id)}/effect`, {
        space: timeZone ? undefined : room.id, from: instantOf(`${date}T00:00`, zone), to: instantOf(`${addDays(date, 1)}T00:00`, zone),
    });
    const effect = useGet(path || null);
    return (
        <section className="panel aside" aria-labelledby="effect">
            <h2 id="effect">{t('policy.effect')}</h2>
            <Field label={t('policy.effect_day')} hint={t('policy.effect_hint')}>
                {(its) => <input type="date" value={date} onChange={(event) => setDate(event.target.value)} {...its} />}
            </Field>
            {rooms.body && !isKnown && <p className="quiet">{t('policy.effect_no_room')}</p>}
            {path && (
                <Read from={effect}>
                    {({ open }) => (
                        <p aria-live="polite">
                            <strong>{showDay(date)}</strong>: {open.length ? open.map(({ start, end }) => showSpan(start, end)).join(', ') : t('rules.closed')}
                        </p>
                    )}
                </Read>
            )}
        </section>
    );
}
