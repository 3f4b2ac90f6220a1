// The picture of a day: a table whose rows are rooms and whose cells are stretches of time. One stop for Tab; arrows go
// from there.
import { memo, useEffect, useMemo, useRef } from 'react';
import { focusBack } from '../components/focus_back.js';
import { Link } from '../components/link.jsx';
import { useGrowing } from '../components/use_growing.js';
import { t } from '../i18n.js';
import { MINUTE, at, instantOf, showTime, wallAt } from '../time.js';
import { headOf, stretchesOf } from './slots.js';
import { between, covers, timeAt, useChosen } from './chosen.js';
import { moveIn, oneStop } from './keys.js';
import { whyText } from '../booking/words.js';
import { seatsText } from '../room_words.js';

const STEP = 15 * MINUTE;
// Pixels.
const ROW = 45;
const clock = (time, zone) => showTime(wallAt(time, zone));

function Free({ stretch, room, zone, chosen, isSent, grid, onBook }) {
    const { start, end } = stretch;
    const times = { from: clock(start, zone), to: clock(end, zone) };
    // Where in a long stretch it was clicked. By the keyboard it is its beginning.
    const click = (event) => onBook(room, event.detail === 0 ? start : between({ from: start, to: end }, ...Array(2).fill(timeAt(event.currentTarget, event.clientX)), grid).start, end);
    const part = (time) => `${((time - start) / (end - start)) * 100}%`;
    return (
        <td colSpan={stretch.span} className="free">
            <button type="button" tabIndex={-1} data-room={room.id} data-from={start} data-to={end} aria-label={t('board.free', { ...times, room: room.name })} onClick={click}>
                <span>{times.from}–{times.to}</span>
                {chosen && <span className={isSent ? 'chosen sent' : 'chosen'} style={{ insetInlineStart: part(chosen.start), inlineSize: part(start + chosen.end - chosen.start) }}>{clock(chosen.start, zone)}–{clock(chosen.end, zone)}</span>}
            </button>
        </td>
    );
}

function Taken({ stretch, zone }) {
    const { start, end, title } = stretch.stretch;
    const text = t(`board.${stretch.kind}`, { from: clock(at(start), zone), to: clock(at(end), zone) });
    return (
        <td colSpan={stretch.span} className={stretch.kind}>
            <button type="button" tabIndex={-1} aria-label={`${title ? `${title}, ` : ''}${text}`} title={text} aria-disabled="true">
                <span>{title || t(`board.${stretch.kind}_short`)}</span>
            </button>
        </td>
    );
}

// Free, but not for who looks.
function Untaken({ stretch, zone, why }) {
    const text = t('board.untaken', { from: clock(stretch.start, zone), to: clock(stretch.end, zone), why: whyText(why) });
    return <td colSpan={stretch.span} className="untaken"><button type="button" tabIndex={-1} aria-label={text} title={text} aria-disabled="true" /></td>;
}

const Row = memo(({ item, span, zone, now, chosen, isSent, grid, onBook }) => (
    <tr>
        <th scope="row" data-none={t('board.none_free')}><Link to="room" values={{ id: item.space.id }}>{item.space.name}</Link> <span className="quiet">{seatsText(item.space)}</span></th>
        {stretchesOf(item, span, STEP, now).map((stretch) => {
            const key = stretch.start;
            const its = chosen && covers({ room: item.space.id, from: stretch.start, to: stretch.end }, chosen) ? chosen : null;
            if (stretch.kind === 'free') return item.bookable ? <Free key={key} {...{ stretch, zone, grid, onBook }} chosen={its} isSent={isSent} room={item.space} /> : <Untaken key={key} {...{ stretch, zone }} why={item.why} />;
            if (stretch.stretch) return <Taken key={key} {...{ stretch, zone }} />;
            return <td key={key} colSpan={stretch.span} className={stretch.kind} />;
        })}
    </tr>
));

// What is being booked, as a part of a row.
function partOf({ space, start, end }, items) {
    const room = items.find((one) => one.space.id === space)?.space;
    return room && { room: space, start: at(instantOf(start, room.timeZone)), end: at(instantOf(end, room.timeZone)) };
}

// How many minutes a column of the board stands for, of how wide an hour is: the whole day in a window, or less of it.
const WIDTHS = { 60: 0, 30: 7, 15: 14 };

/**
 * @param items   of the time of rooms
 * @param span    the hours that are shown, in milliseconds
 * @param zoom    minutes of a column: 60, 30 or 15
 * @param onBook  called with (room, start, end of the free stretch), or, if it was chosen from when to when, with true besides
 * @param onDay   the keys of another day: called with -1 or 1
 * @param sent    what is being booked, {space, start, end}: wall times of the room; or null
 * @param byKeys  a ref, true after those: the board that is drawn then takes the focus
 */
export function Grid({ items, span, zone, now, zoom, sent, byKeys, onBook, onDay, caption }) {
    const table = useRef(null);
    const count = useGrowing(items.length, ROW);
    const rows = items.slice(0, count);
    const grid = useMemo(() => ({ step: Math.min(zoom, 30) * MINUTE, origin: span.start }), [zoom, span.start]);
    const { chosen, on, key } = useChosen(grid, zone, (id, start, end) => onBook(items.find(({ space }) => space.id === id).space, start, end, true));
    const booked = useMemo(() => sent && partOf(sent, items), [sent, items]);
    const heads = headOf(span, zone, STEP);
    const isToday = now > span.start && now < span.end;
    // Rows are drawn anew when a slot is over, not each minute, and on one day only.
    const past = Math.floor(Math.min(Math.max(now, span.start), span.end) / STEP) * STEP;
    useEffect(() => oneStop(table.current), [rows.length, items, past]);
    useEffect(() => {
        if (byKeys.current && document.activeElement === document.body) focusBack(table.current.querySelector('td button[tabindex="0"]'));
        byKeys.current = false;
    }, [byKeys]);
    const keys = (event) => {
        if (key(event, getComputedStyle(table.current).direction === 'rtl')) event.preventDefault();
        else moveIn(table.current, event, onDay);
    };
    return (
        <div className="scroll board-scroll">
            <div className="board-area" style={{ '--hours': heads.length, '--columns': (heads.length * 60) / zoom, '--hour': `${WIDTHS[zoom]}rem`, '--now': (now - span.start) / (span.end - span.start) }}>
                {isToday && <div className="now-line" />}
                <table className="board" ref={table} aria-busy={rows.length < items.length || undefined} {...on} onFocus={(event) => oneStop(table.current, event.target)} onKeyDown={keys}>
                    <caption className="hidden">{caption}</caption>
                    <colgroup><col className="room-column" />{heads.map((head) => Array.from({ length: head.span }, (none, i) => <col key={`${head.time} ${i}`} />))}</colgroup>
                    <thead>
                        <tr>
                            <th scope="col">{t('rooms.name')}</th>
                            {heads.map((head) => <th key={head.time} scope="col" colSpan={head.span} className={isToday && now >= head.time && now < head.time + 60 * MINUTE ? 'now' : undefined}>{showTime(`2030-01-01T${head.clock}`)}</th>)}
                        </tr>
                    </thead>
                    <tbody>{rows.map((item) => <Row key={item.space.id} {...{ item, span, zone, grid, onBook }} chosen={[booked, chosen].find((one) => one?.room === item.space.id) || null} isSent={booked?.room === item.space.id} now={past} />)}</tbody>
                </table>
            </div>
        </div>
    );
}
