// The rules as fields, in groups: when, how long, how far ahead, who.
import { Check, Choice, Count, Text, t } from 'bookable-kit';
import { Exceptions } from './policy_exceptions.jsx';
import { Hours } from './policy_hours.jsx';
import { Picker } from './picker.jsx';

function Group({ name, children }) {
    return <fieldset><legend>{t(`policy.group_${name}`)}</legend>{children}</fieldset>;
}

export function PolicyFields({ values, change }) {
    const count = (name, pointer, more = {}) => (
        <Count label={t(`policy.${name}`)} pointer={pointer} min="0" className="short" value={values[name]} onChange={(value) => change(name, value)} {...more} />
    );
    const text = (name, pointer, more = {}) => (
        <Text label={t(`policy.${name}`)} pointer={pointer} value={values[name]} onChange={(value) => change(name, value)} {...more} />
    );
    const who = (name, more = {}) => (
        <Picker label={t(`policy.${name}`)} pointer={`/${name}`} value={values[name]} onChange={(value) => change(name, value)} {...more} />
    );
    return (
        <>
            {text('name', '/name', { required: true, maxLength: 200 })}
            <Group name="hours">
                <Choice label={t('policy.open')} value={values.isAlways ? 'always' : 'hours'} onChange={(value) => change('isAlways', value === 'always')}
                    options={[['hours', t('policy.open_hours')], ['always', t('policy.open_always')]]} />
                {!values.isAlways && <Hours rows={values.hours} onChange={(rows) => change('hours', rows)} />}
                <Exceptions rows={values.exceptions} onChange={(rows) => change('exceptions', rows)} />
                {text('timeZone', '/timeZone', { hint: t('policy.timeZone_hint') })}
            </Group>
            <Group name="length">
                <div className="fields">{count('lengthMin', '/length/min')}{count('lengthMax', '/length/max')}{count('lengthStep', '/length/step')}</div>
                <div className="fields">{count('startStep', '/start/step')}{count('setup', '/setup')}{count('teardown', '/teardown')}</div>
            </Group>
            <Group name="ahead">
                <div className="fields">{count('horizonDays', '/horizon/days', { className: '' })}{text('opensAt', '/horizon/opensAt', { type: 'time' })}</div>
                <div className="fields">{count('lead', '/lead', { label: t('policy.lead_minutes'), className: '' })}{count('cancelUntil', '/cancelUntil', { className: '' })}</div>
            </Group>
            <Group name="who">
                {who('book', { hint: t('policy.who_hint') })}
                {who('request')}
                <div className="fields">{who('approvers', { kind: 'managers', hint: t('policy.approvers_hint') })}{count('pendingExpires', '/pendingExpires', { className: '' })}</div>
                {who('override', { hint: t('policy.override_hint') })}
                <div className="fields">{count('peopleMin', '/people/min')}</div>
                <Check label={t('policy.enforceCapacity')} checked={values.enforceCapacity} onChange={(on) => change('enforceCapacity', on)} />
            </Group>
        </>
    );
}
