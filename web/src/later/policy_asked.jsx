// What who books is asked for besides, and the terms that they accept.
import { Check, Icon, Lines, Text, t } from 'bookable-kit';
import { NEW_QUESTION } from './policy_lists.js';
import { Rows } from './rows.jsx';

function Row({ row, at, onChange, onRemove }) {
    const set = (name) => (value) => onChange({ ...row, [name]: value });
    return (
        <div className="fields rule-row" role="group" aria-label={t('policy.question', { n: at + 1 })}>
            <Text label={t('policy.question_label')} pointer={`/fields/${at}/label`} value={row.label} onChange={set('label')} maxLength={200} />
            <Lines label={t('policy.question_answers')} hint={t('policy.question_hint')} pointer={`/fields/${at}/choices`} optional rows={2} value={row.answers} onChange={set('answers')} />
            <Check label={t('policy.question_required')} checked={row.isRequired} onChange={set('isRequired')} />
            <button type="button" className="button bare" aria-label={t('policy.remove_question', { n: at + 1 })} onClick={onRemove}><Icon name="close" /></button>
        </div>
    );
}

export function Questions({ rows, onChange }) {
    return <Rows {...{ Row, rows, onChange }} added={() => NEW_QUESTION} add={t('policy.add_question')} />;
}
