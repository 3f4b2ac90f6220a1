// The picture of a day: a table whose rows are rooms and whose cells are stretches of time. One stop for Tab; arrows go
// from there.
import { memo, useEffect, useRef, useState } from 'react';
import { Link } from '../components/link.jsx';
import { t } from '../i18n.js';
import { MINUTE, showTime, wallAt } from '../time.js';
import { headOf, stretchesOf } from './slots.js';
import { moveIn, oneStop } from './keys.js';
import { whyText } from '../booking/words.js';
import { seatsText } from '../screens/room_words.js';

const STEP = 15 * MINUTE;
const FIRST_ROWS = 30;
const MORE_ROWS = 40;
const clock = (time, zone) => showTime(wallAt(time, zone));

// Where in a long stretch it was clicked, to a half hour. By the keyboard it is its beginning.
function clicked(event, stretch) {
    const box = event.currentTarget.getBoundingClientRect();
    if (event.detail === 0 || !box.width) return stretch.start;
    const part = Math.min(0.999, Math.max(0, (event.clientX - box.left) / box.width));
    const time = stretch.start + part * (stretch.end - stretch.start);
    return Math.max(stretch.start, Math.floor(time / (30 * MINUTE)) * 30 * MINUTE);
}

function Free({ stretch, room, zone, onBook }) {
    const times = { from: clock(stretch.start, zone), to: clock(stretch.end, zone) };
    return (
        <td colSpan={stretch.span} className="free">
            <button type="button" tabIndex={-1} aria-label={t('board.free', { ...times, room: room.name })} onClick={(event) => onBook(room, clicked(event, stretch), stretch.end)}>
                <span>{times.from}–{times.to}</span>
            </button>
        </td>
    );
}

function Taken({ stretch }) {
    const { start, end, title } = stretch.stretch;
    const text = t(`board.${stretch.kind}`, { from: showTime(start), to: showTime(end) });
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

const Row = memo(({ item, span, zone, now, onBook }) => (
    <tr>
        <th scope="row"><Link to="room" values={{ id: item.space.id }}>{item.space.name}</Link> <span className="quiet">{seatsText(item.space)}</span></th>
        {stretchesOf(item, span, STEP, now).map((stretch) => {
            const key = stretch.start;
            if (stretch.kind === 'free') return item.bookable ? <Free key={key} {...{ stretch, zone, onBook }} room={item.space} /> : <Untaken key={key} {...{ stretch, zone }} why={item.why} />;
            if (stretch.stretch) return <Taken key={key} stretch={stretch} />;
            return <td key={key} colSpan={stretch.span} className={stretch.kind} />;
        })}
    </tr>
));

// How many rows are drawn: those that are seen first at once, and the others when there is time, so that a large house
// is there at once. All of them are in the end, for paper, for the search of the browser, for the keys.
function useGrowing(length) {
    const [count, setCount] = useState(FIRST_ROWS);
    useEffect(() => {
        if (count >= length) return undefined;
        const timer = setTimeout(() => setCount((was) => was + MORE_ROWS), 0);
        return () => clearTimeout(timer);
    }, [count, length]);
    return count;
}

/**
 * @param items   of the time of rooms
 * @param span    the hours that are shown, in milliseconds
 * @param onBook  called with (room, start, end of the free stretch)
 * @param onDay   the keys of another day: called with -1 or 1
 */
export function Grid({ items, span, zone, now, onBook, onDay, caption }) {
    const table = useRef(null);
    const count = useGrowing(items.length);
    const rows = items.slice(0, count);
    useEffect(() => oneStop(table.current), [rows.length, items]);
    const heads = headOf(span, zone, STEP);
    const isToday = now > span.start && now < span.end;
    // Rows are drawn anew when a slot is over, not each minute, and on one day only.
    const past = Math.floor(Math.min(Math.max(now, span.start), span.end) / STEP) * STEP;
    return (
        <div className="scroll board-scroll">
            <table className="board" ref={table} style={{ '--hours': heads.length }} aria-busy={rows.length < items.length || undefined} onFocus={(event) => oneStop(table.current, event.target)} onKeyDown={(event) => moveIn(table.current, event, onDay)}>
                <caption className="hidden">{caption}</caption>
                <colgroup><col className="room-column" />{heads.map((head) => Array.from({ length: head.span }, (none, i) => <col key={`${head.time} ${i}`} />))}</colgroup>
                <thead>
                    <tr>
                        <th scope="col">{t('rooms.name')}</th>
                        {heads.map((head) => <th key={head.time} scope="col" colSpan={head.span} className={isToday && now >= head.time && now < head.time + 60 * MINUTE ? 'now' : undefined}>{showTime(`2030-01-01T${head.clock}`)}</th>)}
                    </tr>
                </thead>
                <tbody>{rows.map((item) => <Row key={item.space.id} {...{ item, span, zone, onBook }} now={past} />)}</tbody>
            </table>
        </div>
    );
}
