// Which day, and which building: the address keeps them.
import { Icon, addDays, browserZone, go, href, setSettings, settings, t, today, useRooms } from 'bookable-kit';

/** @param page  the name of the page, whose address keeps the choice */
export function useDayChoice(page, query) {
    const known = useRooms();
    const all = known ? [...known.values()] : [];
    const zone = all[0]?.timeZone || browserZone();
    const date = /^\d{4}-\d\d-\d\d$/.test(query.get('date') || '') ? query.get('date') : today(zone);
    const building = query.get('building') ?? settings.get().building ?? '';
    const rooms = known && all.filter((one) => !building || one.building === building);
    const show = (changed) => {
        if (changed.building !== undefined) setSettings({ building: changed.building });
        const next = { ...Object.fromEntries(query), date: query.get('date'), building, ...changed };
        // A building that is empty is said, else it would be the one of the last time.
        go(href(page, next) + (next.building === '' ? `${href(page, next).includes('?') ? '&' : '?'}building=` : ''), { replace: true });
    };
    return { zone, date, building, rooms, buildings: [...new Set(all.map((one) => one.building).filter(Boolean))].sort(), show };
}

/** @param step  days that the arrows go */
export function DayChoice({ date, building, buildings, zone, show, step = 1, children }) {
    return (
        <form className="filters board-filters" role="search" aria-label={t('board.choose')} onSubmit={(event) => event.preventDefault()}>
            <span className="day-steps">
                <button type="button" className="button" aria-label={t('day.before')} onClick={() => show({ date: addDays(date, -step) })}><Icon name="left" /></button>
                <label><span className="hidden">{t('book.date')}</span><input type="date" value={date} onChange={(event) => event.target.value && show({ date: event.target.value })} /></label>
                <button type="button" className="button" aria-label={t('day.after')} onClick={() => show({ date: addDays(date, step) })}><Icon name="right" /></button>
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
            {children}
        </form>
    );
}
