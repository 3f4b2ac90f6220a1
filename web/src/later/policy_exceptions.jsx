// Days that are not like their weekday: closed, or open at other hours.
import { Fault, Icon, addDays, browserZone, t, today } from 'bookable-kit';
import { FromTo } from './policy_hours.jsx';
import { Rows } from './rows.jsx';

function newRow() {
    const date = addDays(today(browserZone()), 1);
    return { from: date, to: date, isClosed: true, hours: [{ from: '08:00', to: '18:00' }] };
}

function Row({ row, at, onChange, onRemove }) {
    const label = t('policy.exception', { n: at + 1 });
    // One day is the usual length: another first day takes the last one along.
    const set = (name, value) => onChange({ ...row, to: name === 'from' && row.to === row.from ? value : row.to, [name]: value });
    const date = (name) => (
        <label><span className="hidden">{label} </span>{t(`policy.day_${name}`)} <input type="date" value={row[name]} onChange={(event) => set(name, event.target.value)} /></label>
    );
    return (
        <div className="hour-row">
            {date('from')}{date('to')}
            <label className="day wide"><input type="checkbox" checked={row.isClosed} onChange={() => onChange({ ...row, isClosed: !row.isClosed })} /><span>{t('policy.closed')}</span></label>
            {!row.isClosed && <FromTo row={row.hours[0]} label={label} onChange={(hours) => onChange({ ...row, hours: [hours, ...row.hours.slice(1)] })} />}
            <button type="button" className="button bare" aria-label={t('policy.remove_exception', { n: at + 1 })} onClick={onRemove}><Icon name="close" /></button>
            <Fault pointer={`/exceptions/${at}`} />
        </div>
    );
}

export function Exceptions({ rows, onChange }) {
    return (
        <>
            {rows.length > 0 && <p className="label">{t('policy.exceptions')}</p>}
            <Rows {...{ Row, rows, onChange }} added={newRow} add={t('policy.add_exception')} />
        </>
    );
}
