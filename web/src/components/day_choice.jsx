// Which day, and which building: the address keeps them.
import { useEffect, useState } from 'react';
import { t } from '../i18n.js';
import { distinct } from '../places.js';
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

/**
 * A field for a day that an address keeps. A year is typed digit by digit: what is no date yet is kept here, and asked nobody.
 * @param onChange    called with a date, or, if there need be none, with an empty text
 * @param isOptional  there need be none
 */
export function DateField({ value, onChange, isOptional = false }) {
    const [typed, setTyped] = useState(value);
    useEffect(() => setTyped(value), [value]);
    const change = ({ target }) => {
        setTyped(target.value);
        if (isDate(target.value) || (isOptional && target.value === '')) onChange(target.value);
    };
    return <TimeField type="date" value={typed} onChange={change} onBlur={() => setTyped(value)} />;
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
            <label><span className="hidden">{t('book.date')}</span><DateField value={date} onChange={(next) => show({ date: next })} /></label>
            {arrow('after', step)}
            <button type="button" className="button" onClick={() => show({ date: today(zone) })}>{t('board.today')}</button>
        </span>
    );
}

export function DayChoice({ building, buildings, show, children, ...steps }) {
    // A building of the last time may be none any more: it can be seen that it is chosen, and another.
    const all = distinct([...buildings, building]);
    return (
        <form className="filters board-filters" role="search" aria-label={t('board.choose')} onSubmit={(event) => event.preventDefault()}>
            <DaySteps show={show} {...steps} />
            {all.length > 1 && (
                <label>{t('rooms.building')}
                    <select value={building} onChange={(event) => show({ building: event.target.value })}>
                        <option value="">{t('rooms.all_buildings')}</option>
                        {all.map((name) => <option key={name} value={name}>{name}</option>)}
                    </select>
                </label>
            )}
            {children}
        </form>
    );
}
