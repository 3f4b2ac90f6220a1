// One request: what is needed to decide about it.
import { useState } from 'react';
import { Link, Read, addDays, dateOf, instantOf, list, query, showDate, showSpan, showTime, spaceId, spaceName, t, useGet, useList } from 'bookable-kit';
import { whatText } from './decide.js';

const DAYS = 90;

function Facts({ booking, nameOf }) {
    const { title, owner, group, people, notes, attributes = {}, participants = [], expiresAt } = booking;
    const facts = [
        ['requests.who', [nameOf(owner), group].filter(Boolean).join(', ')], ['book.title', title], ['book.people', people],
        ['requests.with', participants.length || null], ['book.notes', notes], ['requests.until', expiresAt && `${showDate(expiresAt)}, ${showTime(expiresAt)}`],
    ].map(([key, value]) => [t(key), value]).concat(Object.entries(attributes));
    return (
        <dl className="facts">
            {facts.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
        </dl>
    );
}

const readOften = async (path, { signal }) => {
    const { items, isMore } = await list(path, { most: 200, signal });
    return { body: { n: items.length, isMore }, etag: null };
};

/** What else is in the room that day, and how often the same person books. */
function Around({ booking, nameOf }) {
    const zone = booking.timeZone;
    const date = dateOf(booking.start);
    const day = useList(query('/v1/bookings', { space: spaceId(booking.space), state: 'confirmed,pending', from: instantOf(`${date}T00:00`, zone), to: instantOf(`${addDays(date, 1)}T00:00`, zone) }));
    const often = useGet(query('/v1/bookings', { user: booking.owner.id, state: 'confirmed,pending', from: instantOf(`${addDays(date, -DAYS)}T00:00`, zone), to: instantOf(`${addDays(date, DAYS)}T00:00`, zone) }), { reader: readOften });
    return (
        <div className="around">
            <h3>{t('requests.that_day', { room: spaceName(booking.space), day: showDate(date) })}</h3>
            <Read from={day}>
                {({ items }) => {
                    const others = items.filter((one) => one.id !== booking.id);
                    if (!others.length) return <p className="quiet">{t('requests.nothing_else')}</p>;
                    return <ul>{others.map((one) => <li key={one.id || one.key}>{showSpan(one.start, one.end)} {one.title || t(`state.${one.state}`)}{one.owner && ` – ${nameOf(one.owner)}`}</li>)}</ul>;
                }}
            </Read>
            <Read from={often}>{({ n }) => <p>{t('requests.often', { who: nameOf(booking.owner), n, days: DAYS })}</p>}</Read>
        </div>
    );
}

/**
 * @param inSeries  how many dates of the same series wait
 * @param fault     why the last try was refused
 * @param on        {approve, reject, approveSeries, choose}
 */
export function Request({ booking, nameOf, inSeries, isChosen, isBusy, fault, on }) {
    const [isOpen, setOpen] = useState(false);
    const what = whatText(booking);
    // The keys hold where the focus is in a request, and nowhere else.
    const keys = (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input:not([type=checkbox]), textarea, select')) return;
        if (event.key === 'a') { event.preventDefault(); on.approve(booking); }
        if (event.key === 'r') { event.preventDefault(); on.reject(booking); }
    };
    return (
        <li className="panel request" data-request={booking.id} onKeyDown={keys}>
            <div className="request-head">
                <input type="checkbox" checked={isChosen} onChange={() => on.choose(booking.id)} aria-label={t('requests.choose', { what })} />
                <h2><Link to="room" values={{ id: spaceId(booking.space) }}>{spaceName(booking.space)}</Link>, {showDate(dateOf(booking.start))}, {showSpan(booking.start, booking.end)}</h2>
            </div>
            <Facts booking={booking} nameOf={nameOf} />
            {fault && <p className="fault" role="alert">{fault}</p>}
            <div className="actions">
                <button type="button" className="button primary approve" aria-disabled={isBusy || undefined} onClick={() => on.approve(booking)} aria-label={t('requests.approve_one', { what })}>{t('requests.approve')}</button>
                <button type="button" className="button" aria-disabled={isBusy || undefined} onClick={() => on.reject(booking)} aria-label={t('requests.reject_one', { what })}>{t('requests.reject')}</button>
                {inSeries > 1 && <button type="button" className="button" aria-disabled={isBusy || undefined} onClick={() => on.approveSeries(booking)}>{t('requests.approve_series', { n: inSeries })}</button>}
                <button type="button" className="button bare" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} aria-label={t('requests.around_one', { what })}>{t('requests.around')}</button>
            </div>
            {isOpen && <Around booking={booking} nameOf={nameOf} />}
        </li>
    );
}
