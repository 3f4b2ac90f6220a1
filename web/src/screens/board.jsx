// The board: the rooms of a building and their day, to be booked by a click.
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Icon } from '../components/icon.jsx';
import { Empty, Read } from '../components/states.jsx';
import { Page } from '../components/page.jsx';
import { ZoneNotice } from '../components/zone_notice.jsx';
import { BookDialog } from '../booking/book_dialog.jsx';
import { Grid } from '../board/grid.jsx';
import { dayOf, hoursOf } from '../board/slots.js';
import { t } from '../i18n.js';
import { go, href } from '../router.js';
import { usePlaces } from '../places.js';
import { setSettings, settings } from '../settings.js';
import { MINUTE, addDays, addMinutes, browserZone, showDay, today, wallAt } from '../time.js';
import { useTime } from '../use_time.js';

const USUAL = 60;

/** What is shown comes from the address, so that it can be kept and sent to somebody. */
function useChoice(query, zone) {
    const date = /^\d{4}-\d\d-\d\d$/.test(query.get('date') || '') ? query.get('date') : today(zone);
    const building = query.get('building') ?? settings.get().building ?? '';
    const show = (changed) => {
        const next = { date, building, ...changed };
        if (changed.building !== undefined) setSettings({ building: changed.building });
        go(href('board', next), { replace: true });
    };
    return { date, building, show };
}

function Choice({ date, building, show, buildings, zone }) {
    return (
        <form className="filters board-filters" role="search" aria-label={t('board.choose')} onSubmit={(event) => event.preventDefault()}>
            <span className="day-steps">
                <button type="button" className="button" aria-label={t('board.before')} onClick={() => show({ date: addDays(date, -1) })}><Icon name="left" /></button>
                <label><span className="hidden">{t('book.date')}</span><input type="date" value={date} onChange={(event) => event.target.value && show({ date: event.target.value })} /></label>
                <button type="button" className="button" aria-label={t('board.after')} onClick={() => show({ date: addDays(date, 1) })}><Icon name="right" /></button>
                <button type="button" className="button" onClick={() => show({ date: today(zone) })}>{t('board.today')}</button>
            </span>
            {buildings.length > 1 && (
                <label>{t('rooms.building')}
                    <select value={building} onChange={(event) => show({ building: event.target.value })}>
                        <option value="">{t('rooms.all_buildings')}</option>
                        {buildings.map((name) => <option key={name} value={name}>{name}</option>)}
                    </select>
                </label>
            )}
        </form>
    );
}

function Legend() {
    return <ul className="legend screen-only">{['free', 'busy', 'pending', 'closed'].map((kind) => <li key={kind}><span className={`swatch ${kind}`} /> {t(`board.${kind}_short`)}</li>)}</ul>;
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

function Day({ items, date, zone, show, reload }) {
    const [wanted, setWanted] = useState(null);
    const now = useNow();
    const span = useMemo(() => hoursOf(items, dayOf(date, zone)), [items, date, zone]);
    const book = useCallback((room, start, end) => {
        const from = wallAt(start, zone);
        setWanted({ room, start: from, end: addMinutes(from, Math.min(USUAL, (end - start) / MINUTE)) });
    }, [zone]);
    return (
        <>
            <Grid items={items} span={span} zone={zone} now={now} caption={t('board.caption', { day: showDay(date) })} onBook={book} onDay={(step) => show({ date: addDays(date, step) })} />
            <Legend />
            {wanted && <BookDialog space={wanted.room} start={wanted.start} end={wanted.end} onClose={() => setWanted(null)} onChanged={reload} />}
        </>
    );
}

export function Board({ query }) {
    const { buildings, zone: known } = usePlaces();
    const zone = known || browserZone();
    const { date, building, show } = useChoice(query, zone);
    const answer = useTime({ from: `${date}T00:00`, to: `${addDays(date, 1)}T00:00`, building });
    const print = <button type="button" className="button screen-only" onClick={() => window.print()}><Icon name="print" /> {t('common.print')}</button>;
    return (
        <Page title={t('board.title')} lead={showDay(date)} actions={print} className="wide">
            <Choice {...{ date, building, show, buildings, zone }} />
            <ZoneNotice zone={known} />
            <Read from={answer}>
                {({ items, truncated }) => (items.length === 0 ? <Empty title={t('rooms.none')} text={t('rooms.none_text')} /> : (
                    <>
                        {truncated && <p className="notice">{t('common.and_more')}</p>}
                        <Day key={`${date} ${building}`} {...{ items, date, zone, show, reload: answer.reload }} />
                    </>
                ))}
            </Read>
        </Page>
    );
}
