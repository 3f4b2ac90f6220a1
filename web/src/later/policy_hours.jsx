// The hours of a week: a row for days that are alike.
import { Fault, Icon, t } from 'bookable-kit';
import { Rows } from './rows.jsx';
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

function Row({ row, at, onChange, onRemove }) {
    const label = t('policy.row', { n: at + 1 });
    return (
        <div className="hour-row">
            <Days {...{ row, onChange, label }} />
            <FromTo {...{ row, onChange, label }} />
            <button type="button" className="button bare" aria-label={t('policy.remove_row', { n: at + 1 })} onClick={onRemove}><Icon name="close" /></button>
            <Fault pointer={`/hours/${at}`} />
        </div>
    );
}

export function Hours({ rows, onChange }) {
    return <Rows {...{ Row, rows, onChange }} added={() => NEW} add={t('policy.add_hours')} />;
}
