// The board: the rooms of a building and their day, to be booked by a click.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { DayChoice, dayChoiceOf, useDayChoice } from '../components/day_choice.jsx';
import { Icon } from '../components/icon.jsx';
import { Read } from '../components/states.jsx';
import { NoRooms } from './no_rooms.jsx';
import { Page } from '../components/page.jsx';
import { ZoneNotice, zonesOf } from '../components/zone_notice.jsx';
import { BookDialog } from '../booking/book_dialog.jsx';
import { Grid } from '../board/grid.jsx';
import { dayOf, hoursOf } from '../board/slots.js';
import { t } from '../i18n.js';
import { placesNow, usePlaces } from '../places.js';
import { setSettings, settings } from '../settings.js';
import { useStore } from '../store.js';
import { MINUTE, addDays, browserZone, showDay, wallAt } from '../time.js';
import { readTime, timePath, useTime } from '../use_time.js';

const USUAL = 60;

const ZOOMS = [60, 30, 15];

// How wide an hour is; kept on this device.
function Zoom({ zoom }) {
    const place = ZOOMS.indexOf(zoom);
    const button = (name, icon, to) => (
        <button type="button" className="button" aria-label={t(`board.zoom_${name}`)} aria-disabled={!ZOOMS[to] || undefined} onClick={() => ZOOMS[to] && setSettings({ zoom: ZOOMS[to] })}><Icon name={icon} /></button>
    );
    return <span className="zoom" role="group" aria-label={t('board.zoom', { n: zoom })}>{button('out', 'less', place - 1)}{button('in', 'add', place + 1)}</span>;
}

function Legend() {
    return (
        <ul className="legend screen-only">
            {['free', 'busy', 'pending', 'closed'].map((kind) => <li key={kind}><span className={`swatch ${kind}`} /> {t(`board.${kind}_short`)}</li>)}
            <li className="how">{t('board.how')}</li>
        </ul>
    );
}

// The clock goes on while the board is looked at.
function useNow() {
    const [now, setNow] = useState(Date.now);
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), MINUTE);
        return () => clearInterval(timer);
    }, []);
    return now;
}

function Day({ items, date, zone, zoom, sent, byKeys, show, onForm }) {
    const now = useNow();
    const span = useMemo(() => hoursOf(items, dayOf(date, zone)), [items, date, zone]);
    const book = useCallback((room, start, end, isExact) => {
        const its = room.timeZone;
        onForm({ room, start: wallAt(start, its), end: wallAt(isExact ? end : Math.min(end, start + USUAL * MINUTE), its) });
    }, [onForm]);
    const turn = (step) => {
        byKeys.current = true;
        show({ date: addDays(date, step) });
    };
    return (
        <>
            <p className="tap quiet screen-only">{t('board.tap')}</p>
            <Grid items={items} span={span} zone={zone} now={now} zoom={zoom} caption={t('board.caption', { day: showDay(date) })} sent={sent} byKeys={byKeys} onBook={book} onDay={turn} />
            <Legend />
        </>
    );
}

// One clock stands above all rows; what is booked of a room is by the room's.
function Clock({ items, zone }) {
    const isMixed = zonesOf(items.map(({ space }) => space)).length > 1;
    return isMixed ? <p className="notice"><Icon name="clock" /> {t('board.zones', { zone: zone.replace(/_/g, ' ') })}</p> : <ZoneNotice zone={zone} />;
}

const zoneOf = ({ zone }) => zone || browserZone();
const timeOf = ({ date, building }) => ({ from: `${date}T00:00`, to: `${addDays(date, 1)}T00:00`, building });

export function boardAsks(query) { return [[timePath(timeOf(dayChoiceOf(query, zoneOf(placesNow())))), readTime]]; }

export function Board({ query }) {
    const places = usePlaces();
    const { buildings, zone: known } = places;
    const zone = zoneOf(places);
    const { date, building, show } = useDayChoice('board', query, zone);
    const zoom = useStore(settings).zoom || ZOOMS[0];
    const answer = useTime(timeOf({ date, building }));
    // A form stays when the day ends, which the board is of. Who turns the day by a key goes on by keys.
    const [form, setForm] = useState(null);
    const byKeys = useRef(false);
    // What is being booked is shown as it will be, until there is an answer that has it, or has it not.
    const [sent, setSent] = useState(null);
    useEffect(() => setSent(null), [answer.body]);
    const print = <button type="button" className="button screen-only" onClick={() => window.print()}><Icon name="print" /> {t('common.print')}</button>;
    return (
        <Page title={t('board.title')} lead={showDay(date)} actions={print} className="wide">
            <DayChoice {...{ date, building, show, buildings, zone }}><Zoom zoom={zoom} /></DayChoice>
            <Read from={answer}>
                {({ items, truncated }) => (items.length === 0 ? <NoRooms building={building} onMade={answer.reload} /> : (
                    <>
                        <Clock items={items} zone={zone} />
                        {truncated && <p className="notice">{t('rooms.truncated')}</p>}
                        <Day key={`${date} ${building}`} {...{ items, date, zone, zoom, sent, byKeys, show }} onForm={setForm} />
                    </>
                ))}
            </Read>
            {form && <BookDialog space={form.room} start={form.start} end={form.end} onClose={() => setForm(null)} onChanged={answer.reload} onSend={setSent} />}
        </Page>
    );
}
