// Which day, and which building: the address keeps them.
import { useEffect, useState } from 'react';
import { t } from '../i18n.js';
import { go, href } from '../router.js';
import { setSettings, settings } from '../settings.js';
import { addDays, isDate, today } from '../time.js';
import { Icon } from './icon.jsx';
import { TimeField } from './time_field.jsx';

/** What an address says of them, with what is usual. */
export function dayChoiceOf(query, zone) {
    const date = isDate(query.get('date')) ? query.get('date') : today(zone);
    return { date, building: query.get('building') ?? settings.get().building ?? '' };
}

/** @param page  the name of the page, whose address keeps the choice */
export function useDayChoice(page, query, zone) {
    const { date, building } = dayChoiceOf(query, zone);
    const show = (changed) => {
        if (changed.building !== undefined) setSettings({ building: changed.building });
        const next = { ...Object.fromEntries(query), date: query.get('date'), building, ...changed };
        const address = href(page, next);
        // A building that is empty is said, else it would be the one of the last time.
        go(next.building === '' ? `${address}${address.includes('?') ? '&' : '?'}building=` : address, { replace: true });
    };
    return { zone, date, building, show };
}

// A year is typed digit by digit: what is no date yet is kept here, and asked nobody.
function DayField({ date, show }) {
    const [typed, setTyped] = useState(date);
    useEffect(() => setTyped(date), [date]);
    const change = ({ target: { value } }) => { setTyped(value); if (isDate(value)) show({ date: value }); };
    return <label><span className="hidden">{t('book.date')}</span><TimeField type="date" value={typed} onChange={change} onBlur={() => setTyped(date)} /></label>;
}

/**
 * A day, those before and after it, and today.
 * @param step  days that the arrows go: a day, or a week
 */
export function DaySteps({ date, zone, show, step = 1 }) {
    const arrow = (name, days) => <button type="button" className="button" aria-label={t(`${step === 7 ? 'week' : 'board'}.${name}`)} onClick={() => show({ date: addDays(date, days) })}><Icon name={days < 0 ? 'left' : 'right'} /></button>;
    return (
        <span className="day-steps">
            {arrow('before', -step)}
            <DayField date={date} show={show} />
            {arrow('after', step)}
            <button type="button" className="button" onClick={() => show({ date: today(zone) })}>{t('board.today')}</button>
        </span>
    );
}

export function DayChoice({ building, buildings, show, children, ...steps }) {
    return (
        <form className="filters board-filters" role="search" aria-label={t('board.choose')} onSubmit={(event) => event.preventDefault()}>
            <DaySteps show={show} {...steps} />
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
