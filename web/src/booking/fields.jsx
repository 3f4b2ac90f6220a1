// The fields of a booking: when, what it is for, how many, and what the room's rules ask for besides.
import { Check, Choice, Count, Field, Lines, Text } from '../components/form.jsx';
import { t } from '../i18n.js';
import { withStart } from './values.js';

function When({ values, setValues }) {
    const set = (name) => (event) => setValues((were) => ({ ...were, [name]: event.target.value }));
    return (
        <div className="fields when">
            <Field label={t('book.date')} pointer="/start">{(its) => <input type="date" value={values.date} onChange={set('date')} required {...its} />}</Field>
            <Field label={t('book.from')} pointer="/from">{(its) => <input type="time" value={values.from} onChange={(event) => setValues((were) => withStart(were, event.target.value))} required {...its} />}</Field>
            <Field label={t('book.to')} pointer="/end">{(its) => <input type="time" value={values.to} onChange={set('to')} required {...its} />}</Field>
        </div>
    );
}

// What the policy asks: a text, or one of some answers.
function Asked({ field, values, setValues }) {
    const value = values.attributes[field.key] || '';
    const change = (text) => setValues((were) => ({ ...were, attributes: { ...were.attributes, [field.key]: text } }));
    const its = { label: field.label || field.key, pointer: `/attributes/${field.key}`, optional: !field.required, value, onChange: change };
    return field.type === 'choice' ? <Choice {...its} options={[['', '–'], ...field.choices.map((one) => [one, one])]} /> : <Text {...its} />;
}

/** @param policy  of the room, or null */
export function BookingFields({ values, setValues, policy, capacity }) {
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    return (
        <>
            <When values={values} setValues={setValues} />
            <Text label={t('book.title')} hint={t('book.title_hint')} pointer="/title" optional value={values.title} onChange={change('title')} maxLength={200} />
            <Count label={t('book.people')} pointer="/people" min="1" max={capacity ?? undefined} value={values.people} onChange={change('people')} />
            {(policy?.fields || []).map((field) => <Asked key={field.key} field={field} values={values} setValues={setValues} />)}
            <Lines label={t('book.notes')} pointer="/notes" optional rows={2} value={values.notes} onChange={change('notes')} maxLength={4000} />
            {policy?.terms && (
                <Check label={t('book.terms')} pointer="/acceptTerms" checked={values.acceptTerms} onChange={change('acceptTerms')}
                    hint={policy.terms.url && <a href={policy.terms.url} target="_blank" rel="noreferrer">{policy.terms.url}</a>} />
            )}
        </>
    );
}
