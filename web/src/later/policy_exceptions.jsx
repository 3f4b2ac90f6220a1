// Days that are not like their weekday: closed, or open at other hours.
import { Icon, addDays, browserZone, t, today } from 'bookable-kit';
import { FromTo } from './policy_hours.jsx';

function newRow() {
    const date = addDays(today(browserZone()), 1);
    return { from: date, to: date, isClosed: true, hours: [{ from: '08:00', to: '18:00' }] };
}

function Row({ row, number, onChange, onRemove }) {
    const label = t('policy.exception', { n: number });
    const date = (name) => (
        <label><span className="hidden">{label} </span>{t(`policy.day_${name}`)} <input type="date" value={row[name]} onChange={(event) => onChange({ ...row, [name]: event.target.value })} /></label>
    );
    return (
        <div className="hour-row">
            {date('from')}{date('to')}
            <label className="day wide"><input type="checkbox" checked={row.isClosed} onChange={() => onChange({ ...row, isClosed: !row.isClosed })} /><span>{t('policy.closed')}</span></label>
            {!row.isClosed && <FromTo row={row.hours[0]} label={label} onChange={(hours) => onChange({ ...row, hours: [hours, ...row.hours.slice(1)] })} />}
            <button type="button" className="button bare" aria-label={t('policy.remove_exception', { n: number })} onClick={onRemove}><Icon name="close" /></button>
        </div>
    );
}

export function Exceptions({ rows, onChange }) {
    return (
        <div className="hour-rows">
            {rows.length > 0 && <p className="label">{t('policy.exceptions')}</p>}
            {rows.map((row, at) => (
                // eslint-disable-next-line react/no-array-index-key
                <Row key={at} row={row} number={at + 1} onChange={(next) => onChange(rows.map((one, i) => (i === at ? next : one)))}
                    onRemove={() => onChange(rows.filter((one, i) => i !== at))} />
            ))}
            <button type="button" className="button small" onClick={() => onChange([...rows, newRow()])}><Icon name="add" /> {t('policy.add_exception')}</button>
        </div>
    );
}
