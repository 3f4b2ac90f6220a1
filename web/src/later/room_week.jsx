// The days of one room, a week or one of them: what is free, to be booked by a click, and what is taken. Each day is a list, in
// which a stretch is as high as it is long.
import {
    DaySteps, Link, MINUTE, Read, addDays, addMinutes, at, browserZone, dateOf, dayOf, go, hoursOf, href, isDate, minutesBetween, nextWall, showDate, showDay, showMonthDay,
    showSpan, showTime, showWeekday, shownWall, stretchesOf, t, today, usePlaces, useTime, wallAt, weekOf,
} from 'bookable-kit';

const STEP = 15 * MINUTE;
const USUAL = 60;
const NEXT = 3;

/** What is shown, of the address: {days, date, isWeek, answer}. @param zone  of the room, once it is known */
export function useRoomTime(id, asked, zone) {
    const places = usePlaces();
    const given = asked.get('date') || '';
    const date = isDate(given) ? given : today(zone || places.zone || browserZone());
    const isWeek = asked.get('view') !== 'day';
    const days = isWeek ? weekOf(date) : [date];
    const answer = useTime({ space: id, from: `${days[0]}T00:00`, to: `${addDays(days.at(-1), 1)}T00:00` });
    return { days, date, isWeek, answer };
}

function Steps({ id, time: { date, isWeek }, zone }) {
    const show = (changed) => go(href('room', { id, date, view: isWeek ? '' : 'day', ...changed }), { replace: true });
    return (
        <div className="room-steps screen-only">
            <DaySteps date={date} zone={zone} show={show} step={isWeek ? 7 : 1} />
            <ul className="tabs">
                <li><Link to="room" values={{ id, date }} aria-current={isWeek ? 'page' : undefined}>{t('room_week.week')}</Link></li>
                <li><Link to="room" values={{ id, date, view: 'day' }} aria-current={isWeek ? undefined : 'page'}>{t('room_week.day')}</Link></li>
            </ul>
        </div>
    );
}

const hourFrom = ({ start, end }, zone) => ({ start, end: shownWall(addMinutes(start, Math.min(USUAL, minutesBetween(start, end))), zone) });

// The rest of a stretch, from the next quarter of an hour on.
function ahead({ start, end }) {
    return at(start) < Date.now() ? { start: `${nextWall(Date.now(), 'UTC', STEP / MINUTE)}Z`, end } : { start, end };
}

function inZone({ start, end }, zone) { return { start: wallAt(at(start), zone), end: wallAt(at(end), zone) }; }

// A room that is open day and night may be free for days.
function stretchText({ start, end }) {
    return minutesBetween(start, end) < 1440 ? `${showDate(dateOf(start))}, ${showSpan(start, end)}` : t('room_week.from', { when: `${showDate(dateOf(start))}, ${showTime(start)}` });
}

// The next stretches, in which there is time for an hour, or for what there is.
function Next({ item, zone, onBook }) {
    const next = item.bookable ? item.free.map(ahead).filter(({ start, end }) => at(start) < at(end)).slice(0, NEXT) : [];
    if (next.length === 0) return null;
    return (
        <p className="next-free">
            <span>{t('room_week.next')}</span>
            {next.map((one) => inZone(one, zone)).map((one) => <button key={one.start} type="button" className="button small" onClick={() => onBook(hourFrom(one, zone))}>{stretchText(one)}</button>)}
        </p>
    );
}

function Stretch({ stretch, zone, item, onBook }) {
    const { kind } = stretch;
    const from = wallAt(stretch.start, zone);
    const to = wallAt(stretch.end, zone);
    const style = { flexGrow: (stretch.end - stretch.start) / STEP };
    if (kind === 'free' && item.bookable) {
        const end = shownWall(addMinutes(from, Math.min(USUAL, (stretch.end - stretch.start) / MINUTE)), zone);
        return <li className="free" style={style}><button type="button" aria-label={t('room_week.free', { from: showTime(from), to: showTime(to), day: showDay(dateOf(from)) })} onClick={() => onBook({ start: from, end })}>{showSpan(from, to)}</button></li>;
    }
    if (!stretch.stretch) return <li className={kind} style={style} aria-hidden={kind === 'closed' || kind === 'past' ? true : undefined}>{kind === 'free' && `${showSpan(from, to)} ${t('board.free_short')}`}</li>;
    const { start, end, title } = stretch.stretch;
    return <li className={kind} style={style}><span className="booking-span">{showSpan(start, end)}</span> {title || t(`board.${kind}_short`)}</li>;
}

function Day({ date, item, zone, hours, onBook }) {
    const day = dayOf(date, zone);
    const span = { start: day.start + hours.from, end: day.end - hours.left };
    const isNow = date === today(zone);
    const stretches = stretchesOf(item, span, STEP, Date.now());
    const isEmpty = stretches.every(({ kind }) => kind === 'closed' || kind === 'past');
    return (
        <section className="room-day" aria-label={showDay(date)}>
            <h3 className={isNow ? 'now' : undefined}>{showWeekday(date, 'short')} <span className="quiet">{showMonthDay(date)}</span></h3>
            <ol>
                {isEmpty && <li className="closed whole">{t(stretches.some(({ kind }) => kind === 'past') ? 'why.past' : 'board.closed_short')}</li>}
                {!isEmpty && stretches.map((one) => <Stretch key={one.start} stretch={one} {...{ zone, item, onBook }} />)}
            </ol>
        </section>
    );
}

// From the earliest hour of any of these days to the latest.
function hoursOfAll(days, item, zone) {
    const spans = days.map((date) => {
        const day = dayOf(date, zone);
        const within = ({ start, end }) => at(start) < day.end && at(end) > day.start;
        const span = hoursOf([{ open: item.open.filter(within), busy: item.busy.filter(within) }], day);
        return { from: span.start - day.start, left: day.end - span.end };
    });
    return { from: Math.min(...spans.map(({ from }) => from)), left: Math.min(...spans.map(({ left }) => left)) };
}

export function Week({ time, id, zone, onBook }) {
    const { days, answer } = time;
    return (
        <section aria-labelledby="week">
            <h2 id="week" className="hidden">{t('room_week.title')}</h2>
            <Steps id={id} time={time} zone={zone} />
            <Read from={answer}>
                {({ items: [item] }) => {
                    const hours = hoursOfAll(days, item, zone);
                    return (
                        <>
                            <Next item={item} zone={zone} onBook={onBook} />
                            <div className={days.length > 1 ? 'room-week' : 'room-week one'}>{days.map((date) => <Day key={date} {...{ date, item, zone, hours, onBook }} />)}</div>
                        </>
                    );
                }}
            </Read>
        </section>
    );
}
