// How much one person may book: hours, bookings or both, within a period, and in which rooms they are counted.
import { Choice, Count, Icon, t } from 'bookable-kit';
import { NEW_QUOTA, OVER, PERIODS, withPeriod } from './policy_lists.js';
import { Rows } from './rows.jsx';

function Row({ row, at, onChange, onRemove }) {
    const set = (name) => (value) => onChange({ ...row, [name]: value });
    const its = (name) => ({ label: t(`policy.quota_${name}`), className: 'short', value: row[name], onChange: set(name) });
    const choices = (names, kind) => names.map((one) => [one, t(`policy.quota_${kind}_${one}`)]);
    return (
        <div className="fields rule-row" role="group" aria-label={t('policy.quota', { n: at + 1 })}>
            <Count {...its('hours')} pointer={`/quota/${at}/minutes`} step="any" min="0" inputMode="decimal" />
            <Count {...its('count')} pointer={`/quota/${at}/count`} min="1" />
            <Choice {...its('per')} pointer={`/quota/${at}/per`} onChange={(per) => onChange(withPeriod(row, per))} options={choices(PERIODS, 'per')} />
            <Choice {...its('over')} pointer={`/quota/${at}/over`} className="long" options={choices(OVER, 'over')} />
            <button type="button" className="button bare" aria-label={t('policy.remove_quota', { n: at + 1 })} onClick={onRemove}><Icon name="close" /></button>
        </div>
    );
}

export function Quotas({ rows, onChange }) {
    return <Rows {...{ Row, rows, onChange }} added={() => NEW_QUOTA} add={t('policy.add_quota')} />;
}
