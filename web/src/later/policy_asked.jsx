// What who books is asked for besides, and the terms that they accept.
import { Check, Icon, Lines, Text, t } from 'bookable-kit';
import { NEW_QUESTION } from './policy_lists.js';

/** The places of faults that stand in the rows. */
export const questionPointers = (rows) => rows.flatMap((row, at) => ['label', 'choices'].map((name) => `/fields/${at}/${name}`));

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
    return (
        <>
            {rows.map((row, at) => (
                // eslint-disable-next-line react/no-array-index-key
                <Row key={at} {...{ row, at }} onChange={(next) => onChange(rows.map((one, i) => (i === at ? next : one)))} onRemove={() => onChange(rows.filter((one, i) => i !== at))} />
            ))}
            <p className="add"><button type="button" className="button small" onClick={() => onChange([...rows, NEW_QUESTION])}><Icon name="add" /> {t('policy.add_question')}</button></p>
        </>
    );
}
