// The day of a building, for who looks after it: what goes on in each room now and next, all of it as a list, and what is
// put up at the doors. Each is printed as it is shown.
import { DayChoice, Empty, Icon, Link, Page, ZoneNotice, at, placeText, showDay, showLength, showTime, t, today, useGet } from 'bookable-kit';
import { OfRooms, useDayRooms } from './day_rooms.jsx';
import { Doors } from './doors.jsx';
import { entriesOf, onDay, pathOfDays, readEntries, spanOn, whatOf } from './entries.js';
import { useNames } from './people_known.js';

const VIEWS = ['now', 'list', 'doors'];

// Of another day there is no now: what is first in each room.
function Now({ rooms, entries, date, isToday }) {
    const now = isToday ? Date.now() : 0;
    const columns = isToday ? ['room', 'now', 'next'] : ['room', 'first'];
    return (
        <table className="list">
            <caption className="hidden">{t('today.now')}</caption>
            <thead><tr>{columns.map((name) => <th key={name} scope="col">{t(`today.column_${name}`)}</th>)}</tr></thead>
            <tbody>
                {rooms.map((room) => {
                    const its = onDay(entries.get(room.id) || [], date, room.timeZone);
                    const current = its.find((one) => at(one.start) <= now && now < at(one.end));
                    const next = its.find((one) => at(one.start) > now);
                    return (
                        <tr key={room.id}>
                            <th scope="row"><span><Link to="room" values={{ id: room.id }}>{room.name}</Link> <span className="quiet block">{placeText(room)}</span></span></th>
                            {isToday && <td data-label={t('today.column_now')} className={current ? `entry ${current.kind}` : 'quiet'}>{current ? t('today.until', { what: whatOf(current), time: showTime(current.end) }) : t('board.free_short')}</td>}
                            <td data-label={t(`today.column_${columns.at(-1)}`)} className={next ? `entry ${next.kind}` : 'quiet'}>{next ? `${spanOn(date, next)} ${whatOf(next)}` : t(isToday ? 'today.nothing_next' : 'today.nothing')}</td>
                        </tr>
                    );
                })}
            </tbody>
        </table>
    );
}

const aroundText = ({ setup, teardown }) => [setup && t('today.setup', { length: showLength(setup) }), teardown && t('today.teardown', { length: showLength(teardown) })].filter(Boolean).join(', ');

// What there is nothing of is no line on a telephone.
function Fact({ label, children }) {
    const isThere = children !== undefined && children !== null && children !== '';
    return <td data-label={t(`today.column_${label}`)} className={isThere ? undefined : 'nothing'}>{isThere ? children : '–'}</td>;
}

function List({ rooms, entries, date }) {
    const nameOf = useNames();
    const rows = rooms.flatMap((room) => onDay(entries.get(room.id) || [], date, room.timeZone).map((entry) => ({ room, ...entry }))).sort((a, b) => at(a.start) - at(b.start));
    if (!rows.length) return <Empty icon="calendar" title={t('today.nothing')} text={t('today.nothing_text')} />;
    return (
        <table className="list day-list">
            <caption className="hidden">{t('today.list')}</caption>
            <thead><tr>{['time', 'room', 'what', 'who', 'people', 'around'].map((name) => <th key={name} scope="col">{t(`today.column_${name}`)}</th>)}</tr></thead>
            <tbody>
                {rows.map(({ room, booking, ...entry }) => (
                    <tr key={`${room.id} ${entry.key}`}>
                        <th scope="row">{spanOn(date, entry)}</th>
                        <td data-label={t('today.column_room')}><Link to="room" values={{ id: room.id }}>{room.name}</Link></td>
                        <td data-label={t('today.column_what')} className={`entry ${entry.kind}`}><span>{whatOf(entry)}{entry.kind === 'pending' && <span className="tag">{t('state.pending')}</span>}{booking?.notes && <span className="block quiet">{booking.notes}</span>}</span></td>
                        <Fact label="who">{booking?.owner && nameOf(booking.owner)}</Fact>
                        <Fact label="people">{booking?.people}</Fact>
                        <Fact label="around">{booking && aroundText(booking)}</Fact>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Views({ view, query, isToday }) {
    return (
        <ul className="tabs">
            {VIEWS.map((one) => <li key={one}><Link to="today" values={{ ...Object.fromEntries(query), view: one === 'now' ? '' : one }} aria-current={one === view ? 'page' : undefined}>{t(`today.${one === 'now' && !isToday ? 'first' : one}`)}</Link></li>)}
        </ul>
    );
}

function Waiting({ entries }) {
    const n = new Set([...entries.values()].flat().filter((one) => one.kind === 'pending').map((one) => one.key)).size;
    return n > 0 && <p className="notice wait screen-only"><Icon name="ask" /> <span>{t('today.waiting', { n })} <Link to="requests">{t('nav.requests')}</Link></span></p>;
}

function Shown({ body, view, choice, query, isToday }) {
    const { rooms, date } = choice;
    const entries = entriesOf(body);
    return (
        <>
            <Waiting entries={entries} />
            {body.isMore && <p className="notice bad">{t('today.too_many')}</p>}
            {view === 'now' && <Now {...{ rooms, entries, date, isToday }} />}
            {view === 'list' && <List {...{ rooms, entries, date }} />}
            {view === 'doors' && <Doors {...{ rooms, entries, date }} days={query.get('days') === '7' ? 7 : 1} />}
        </>
    );
}

export function Today({ query }) {
    const choice = useDayRooms('today', query);
    const view = VIEWS.includes(query.get('view')) ? query.get('view') : 'now';
    const isToday = choice.date === today(choice.zone);
    const days = view === 'doors' && query.get('days') === '7' ? 7 : 1;
    const read = useGet(choice.rooms ? pathOfDays(choice.date, days, choice.building, choice.zones) : null, { reader: readEntries, every: 30 });
    const print = <button type="button" className="button screen-only" onClick={() => window.print()}><Icon name="print" /> {t('common.print')}</button>;
    return (
        <Page title={isToday ? t('today.title') : showDay(choice.date)} lead={[isToday && showDay(choice.date), choice.building].filter(Boolean).join(' · ')} actions={print} className="wide">
            <DayChoice {...choice}>
                {view === 'doors' && (
                    <label>{t('today.how_long')}
                        <select value={String(days)} onChange={(event) => choice.show({ days: event.target.value === '7' ? '7' : '' })}>
                            {['1', '7'].map((one) => <option key={one} value={one}>{t(`today.days_${one}`)}</option>)}
                        </select>
                    </label>
                )}
            </DayChoice>
            <Views {...{ view, query, isToday }} />
            <ZoneNotice zone={choice.zones} />
            <OfRooms choice={choice} read={read}>{(body) => <Shown {...{ body, view, choice, query, isToday }} />}</OfRooms>
        </Page>
    );
}
