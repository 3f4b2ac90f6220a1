// The week of a building with all that is in it, for who looks after it: bookings are moved and given up, rooms closed.
import { useEffect, useState } from 'react';
import { DayChoice, Icon, Link, Page, ZoneNotice, addDays, showDate, showMonthDay, showWeekday, t, useGet, weekOf } from 'bookable-kit';
import { BookingDialog } from './booking_dialog.jsx';
import { ClosureDialog } from './closure_dialog.jsx';
import { ClosuresList } from './closures_list.jsx';
import { OfRooms, useDayRooms } from './day_rooms.jsx';
import { entriesOf, onDay, pathOfDays, readEntries, spanOn, whatOf } from './entries.js';

const WEEK = 7;
const dayText = (date) => `${showWeekday(date, 'short')} ${showMonthDay(date)}`;

function Cell({ entries, date, room, onOpen }) {
    return entries.map((one) => (
        <button key={one.key} type="button" className={`entry-button ${one.kind}`} onClick={() => onOpen(one)} aria-label={`${room.name}, ${showDate(date)}, ${spanOn(date, one)}: ${whatOf(one)}`}>
            <span className="entry-time">{spanOn(date, one)}</span> {whatOf(one)}
        </button>
    ));
}

function Week({ rooms, entries, dates, onOpen, onShut }) {
    return (
        <div className="scroll">
            <table className="list week">
                <caption className="hidden">{t('calendar.caption', { day: showDate(dates[0]) })}</caption>
                <thead><tr><th scope="col">{t('rooms.name')}</th>{dates.map((date) => <th key={date} scope="col">{dayText(date)}</th>)}</tr></thead>
                <tbody>
                    {rooms.map((room) => (
                        <tr key={room.id}>
                            <th scope="row">
                                <Link to="room" values={{ id: room.id }}>{room.name}</Link>
                                <button type="button" className="button bare shut" onClick={() => onShut(room)} aria-label={t('closures.close_one', { room: room.name })}>{t('closures.close')}</button>
                            </th>
                            {dates.map((date) => {
                                const its = onDay(entries.get(room.id) || [], date, room.timeZone);
                                return <td key={date} data-label={dayText(date)} className={its.length ? undefined : 'nothing'}><span className="cell"><Cell {...{ date, room, onOpen }} entries={its} /></span></td>;
                            })}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function Views({ view, query }) {
    return (
        <ul className="tabs">
            {['week', 'closures'].map((one) => <li key={one}><Link to="calendar" values={{ ...Object.fromEntries(query), view: one === 'week' ? '' : one }} aria-current={one === view ? 'page' : undefined}>{t(`calendar.${one}`)}</Link></li>)}
        </ul>
    );
}

function Shown({ choice, dates, turn, setOpen, shut }) {
    const path = choice.rooms ? pathOfDays(dates[0], WEEK, choice.building, choice.zones) : null;
    const read = useGet(path, { reader: readEntries, every: 30 });
    // What was changed is read anew, and the focus stays where it is.
    useEffect(() => { if (turn) read.reload(); }, [turn]);
    const open = (entry) => setOpen({ [entry.kind === 'closure' ? 'closure' : 'booking']: entry.closure || entry.booking });
    return (
        <>
            <DayChoice {...choice} step={WEEK} />
            <ZoneNotice zone={choice.zones} />
            <OfRooms choice={choice} read={read}>
                {(body) => <>{body.isMore && <p className="notice bad">{t('today.too_many')}</p>}<Week rooms={choice.rooms} entries={entriesOf(body)} dates={dates} onOpen={open} onShut={(room) => shut([room.id])} /></>}
            </OfRooms>
        </>
    );
}

export function Calendar({ query }) {
    const choice = useDayRooms('calendar', query);
    const view = query.get('view') === 'closures' ? 'closures' : 'week';
    const [open, setOpen] = useState(null);
    const [turn, setTurn] = useState(0);
    const dates = weekOf(choice.date);
    const close = (isChanged) => { setOpen(null); if (isChanged) setTurn(turn + 1); };
    const shut = (rooms) => setOpen({ shut: { rooms, date: choice.date, until: addDays(choice.date, WEEK) } });
    const actions = (
        <>
            <button type="button" className="button screen-only" onClick={() => window.print()}><Icon name="print" /> {t('common.print')}</button>
            <button type="button" className="button primary" onClick={() => shut([])}>{t('closures.new')}</button>
        </>
    );
    return (
        <Page title={t('calendar.title')} lead={view === 'week' && t('calendar.lead', { from: showDate(dates[0]), to: showDate(dates[6]) })} actions={actions} className="wide">
            <Views view={view} query={query} />
            {view === 'closures' ? <ClosuresList key={turn} /> : <Shown {...{ choice, dates, turn, setOpen, shut }} />}
            {open?.booking && <BookingDialog booking={open.booking} onClose={close} />}
            {open?.closure && <ClosureDialog closure={open.closure} onClose={close} />}
            {open?.shut && <ClosureDialog begin={open.shut} onClose={close} />}
        </Page>
    );
}
