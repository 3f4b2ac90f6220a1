// The hours of a week: a row for days that are alike.
import { Icon, t } from 'bookable-kit';
import { weekdays } from './rules.js';

const NEW = { days: ['sat'], from: '10:00', to: '16:00' };

/** From and to of a row. "24:00", which no clock field shows, is a field's "00:00" at the end. */
export function FromTo({ row, onChange, label }) {
    return (
        <>
            <label><span className="hidden">{label} </span>{t('policy.from')} <input type="time" value={row.from} onChange={(event) => onChange({ ...row, from: event.target.value })} /></label>
            <label><span className="hidden">{label} </span>{t('policy.to')} <input type="time" value={row.to === '24:00' ? '00:00' : row.to}
                onChange={(event) => onChange({ ...row, to: event.target.value === '00:00' ? '24:00' : event.target.value })} /></label>
        </>
    );
}

function Days({ row, onChange, label }) {
    const toggle = (day) => onChange({ ...row, days: row.days.includes(day) ? row.days.filter((one) => one !== day) : [...row.days, day] });
    return (
        <span className="days" role="group" aria-label={label}>
            {weekdays('short').map(([day, name]) => (
                <label key={day} className="day"><input type="checkbox" checked={row.days.includes(day)} onChange={() => toggle(day)} /><span>{name}</span></label>
            ))}
        </span>
    );
}

export function Hours({ rows, onChange }) {
    const set = (at, row) => onChange(rows.map((one, i) => (i === at ? row : one)));
    return (
        <div className="hour-rows">
            {rows.map((row, at) => {
                const label = t('policy.row', { n: at + 1 });
                return (
                    // eslint-disable-next-line react/no-array-index-key
                    <div className="hour-row" key={at}>
                        <Days row={row} onChange={(next) => set(at, next)} label={label} />
                        <FromTo row={row} onChange={(next) => set(at, next)} label={label} />
                        <button type="button" className="button bare" aria-label={t('policy.remove_row', { n: at + 1 })} onClick={() => onChange(rows.filter((one, i) => i !== at))}><Icon name="close" /></button>
                    </div>
                );
            })}
            <button type="button" className="button small" onClick={() => onChange([...rows, NEW])}><Icon name="add" /> {t('policy.add_hours')}</button>
        </div>
    );
}
