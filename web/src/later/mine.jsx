// My bookings, by day: those to come, asked for or booked, and those that were. Each is changed or given up here.
import { useEffect, useState } from 'react';
import {
    Empty, Icon, Link, PAST_DAYS, Page, Read, ZoneNotice, bookNow, browserZone, dateOf, go, href, minePath, minutesBetween, placeText, post, query, readMine, remove, sentence, showDate,
    showDay, showSpan, showTime, spaceId, spaceName, t, toast, today, useAction, useGet, useRoomNames, wallOf, zonesOf,
} from 'bookable-kit';
import { MoveDialog } from './move_dialog.jsx';
import { SeriesDialog } from './series_dialog.jsx';

// Of the dates of a series that are as they were wished the first stands for the others, until somebody wants to see them.
function folded(items, unfolded) {
    const firsts = new Map();
    const shown = [];
    for (const one of items) {
        const isFolded = one.series && ['confirmed', 'pending'].includes(one.state);
        const first = isFolded && firsts.get(one.series);
        if (first) first.more += 1;
        if (isFolded && !first) firsts.set(one.series, { booking: one, more: 0 });
        if (!first || unfolded.includes(one.series)) shown.push(one);
    }
    return { shown, moreOf: ({ id, series }) => (firsts.get(series)?.booking.id === id ? firsts.get(series).more : 0) };
}

/** The bookings by their dates, in the order in which they come. */
function byDay(items) {
    const days = new Map();
    for (const one of items) days.set(dateOf(one.start), [...(days.get(dateOf(one.start)) || []), one]);
    return [...days];
}

async function undo(booking, reload) {
    try {
        await remove(`/v1/bookings/${booking.id}/cancellation`);
        toast(t('mine.is_back'));
    } catch (problem) {
        toast(problem.code === 'slot-taken' ? t('mine.is_gone') : sentence(problem), { tone: 'bad' });
    }
    reload();
}

async function giveUp(booking, reload) {
    try {
        await post(`/v1/bookings/${booking.id}/cancellation`, {});
        toast(t('mine.given_up', { room: spaceName(booking.space) }), { actions: [{ label: t('common.undo'), run: () => undo(booking, reload), focus: true }] });
    } catch (problem) {
        toast(sentence(problem), { tone: 'bad' });
    }
    reload();
}

/** What who refused it suggests instead: booked at one click, for as long and for as many. */
function Suggested({ booking, reload }) {
    const { suggest, title, people, notes } = booking;
    const id = suggest.space || spaceId(booking.space);
    const isSame = id === spaceId(booking.space);
    const nameOf = useRoomNames(isSame ? [] : [id]);
    const room = isSame ? spaceName(booking.space) : nameOf(id);
    const start = wallOf(suggest.start);
    const [take, { problem, busy }] = useAction(async () => {
        const body = { space: id, start, minutes: minutesBetween(booking.start, booking.end), title, people };
        await bookNow(notes ? { ...body, notes } : body, room, reload);
        reload();
    });
    return (
        <span className="block">
            {t('mine.suggested', { room, when: `${showDate(start)}, ${showTime(start)}` })}{' '}
            <button type="button" className="button small" aria-disabled={busy || undefined} onClick={take}>{t('mine.take_suggested')}</button>
            {problem && <span className="block fault" role="alert">{sentence(problem)}</span>}
        </span>
    );
}

// As a file for one's own calendar: the server's list of this room at this time, or of all dates of the series.
function Calendar({ booking }) {
    const { series, start, end, space } = booking;
    const values = series ? { series, from: start } : { user: 'me', space: spaceId(space), from: start, to: end };
    const label = t('mine.calendar_one', { room: spaceName(space), time: showSpan(start, end) });
    return <a className="button small" href={query('/v1/bookings', { ...values, format: 'ics' })} download="booking.ics" aria-label={label} title={t('mine.calendar')}><Icon name="calendar" /> <span className="word">{t('mine.calendar_short')}</span></a>;
}

function Buttons({ booking, onMove, onSeries, reload }) {
    const [cancel, { busy }] = useAction(() => giveUp(booking, reload));
    const may = (what) => booking.may?.includes(what);
    const its = { room: spaceName(booking.space), time: showSpan(booking.start, booking.end) };
    return (
        <span className="actions">
            {may('change') && <button type="button" className="button small" onClick={() => onMove(booking)} aria-label={t('mine.change_one', its)}>{t('mine.change')}</button>}
            {may('cancel') && <button type="button" className="button small" aria-disabled={busy || undefined} onClick={cancel} aria-label={t('mine.give_up_one', its)}>{t('mine.give_up')}</button>}
            {may('cancel') && booking.series && <button type="button" className="button small" onClick={() => onSeries(booking)} aria-label={t('mine.series_one', its)}>{t('mine.series')}</button>}
            {['confirmed', 'pending'].includes(booking.state) && <Calendar booking={booking} />}
        </span>
    );
}

function Booking({ booking, more, isUnfolded, onFold, onMove, onSeries, reload }) {
    const name = spaceName(booking.space);
    return (
        <li className={booking.state === 'confirmed' ? 'booking' : `booking ${booking.state}`}>
            <span className="booking-time">{showSpan(booking.start, booking.end)}</span>
            <span className="grow">
                <strong>{booking.title || t('mine.untitled')}</strong>
                {booking.series && <span className="tag"><Icon name="repeat" /> {t('mine.repeats')}</span>}
                {booking.state !== 'confirmed' && <span className="tag">{t(`state.${booking.state}`)}</span>}
                <span className="block quiet"><Link to="room" values={{ id: spaceId(booking.space) }}>{name}</Link> {typeof booking.space === 'object' && placeText(booking.space)}</span>
                {more > 0 && <button type="button" className="linklike block" aria-expanded={isUnfolded} onClick={() => onFold(booking.series)}>{t('mine.more_dates', { n: more })}</button>}
                {booking.reason && <span className="block quiet">{booking.reason}</span>}
                {booking.state === 'rejected' && booking.suggest && <Suggested booking={booking} reload={reload} />}
            </span>
            <Buttons {...{ booking, onMove, onSeries, reload }} />
        </li>
    );
}

// Of another year a day is named with it.
const nameOfDay = (date) => (date.slice(0, 4) === today(browserZone()).slice(0, 4) ? showDay(date) : showDate(date));

function Days({ items, ...rest }) {
    const [unfolded, setUnfolded] = useState([]);
    const fold = (series) => setUnfolded((were) => (were.includes(series) ? were.filter((one) => one !== series) : [...were, series]));
    const { shown, moreOf } = folded(items, unfolded);
    return byDay(shown).map(([date, bookings]) => (
        <section key={date} className="day-group" aria-label={nameOfDay(date)}>
            <h2>{nameOfDay(date)}</h2>
            <ul className="rows panel">{bookings.map((one) => <Booking key={one.id} booking={one} more={moreOf(one)} isUnfolded={unfolded.includes(one.series)} onFold={fold} {...rest} />)}</ul>
        </section>
    ));
}

function When({ when }) {
    return (
        <ul className="tabs">
            {['next', 'past'].map((one) => (
                <li key={one}><Link to="mine" values={{ when: one === 'next' ? '' : one }} aria-current={one === when ? 'page' : undefined}>{t(`mine.${one}`)}</Link></li>
            ))}
        </ul>
    );
}

export function Mine({ query: asked }) {
    const when = minePath(asked);
    const bookings = useGet(when, { reader: readMine, every: 60 });
    const [moved, setMoved] = useState(null);
    const [ended, setEnded] = useState(null);
    // Of what was booked elsewhere at one click more is said here.
    const wanted = asked.get('change');
    const { body } = bookings;
    useEffect(() => {
        if (!wanted || !body) return;
        const one = body.items.find(({ id }) => id === wanted);
        if (one?.may?.includes('change')) setMoved(one);
        go(href('mine', { when: asked.get('when') }), { replace: true });
    }, [wanted, body]);
    const close = (booking) => { setMoved(null); if (booking) bookings.reload(); };
    return (
        <Page title={t('mine.title')}>
            <When when={when} />
            <Read from={bookings}>
                {({ items }) => (items.length === 0 ? <Empty icon="calendar" title={t(`mine.none_${when}`, { n: PAST_DAYS })} text={when === 'next' ? t('mine.none_text') : ''} /> : (
                    <>
                        <ZoneNotice zone={zonesOf(items)} />
                        <Days items={items} onMove={setMoved} onSeries={setEnded} reload={bookings.reload} />
                    </>
                ))}
            </Read>
            {moved && <MoveDialog booking={moved} onClose={close} />}
            {ended && <SeriesDialog booking={ended} onClose={(isDone) => { setEnded(null); if (isDone) bookings.reload(); }} />}
        </Page>
    );
}
