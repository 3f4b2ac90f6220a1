// The rules as fields, in groups: when, how long, how far ahead, how much, who; and folded what is seldom needed.
import { useEffect, useRef, useState } from 'react';
import { Check, Choice, Count, Text, t } from 'bookable-kit';
import { Questions } from './policy_asked.jsx';
import { Exceptions } from './policy_exceptions.jsx';
import { Hours } from './policy_hours.jsx';
import { Quotas } from './policy_quotas.jsx';
import { Seen } from './policy_seen.jsx';
import { Picker } from './picker.jsx';

function Group({ name, hint, children }) {
    return <fieldset><legend>{t(`policy.group_${name}`)}</legend>{hint && <p className="hint">{hint}</p>}{children}</fieldset>;
}

// Open if something of it is said; and if a fault stands in it, for what is folded cannot have the focus.
function Folded({ name, isSaid, problem, children }) {
    const box = useRef(null);
    const [isOpen] = useState(isSaid);
    useEffect(() => { if (problem && box.current.querySelector('[aria-invalid=true]')) box.current.open = true; }, [problem]);
    return <details className="folded" ref={box} open={isOpen}><summary>{t(`policy.group_${name}`)}</summary>{children}</details>;
}

// Fields by the names of their values: a number, a text, people and groups, yes or no.
function fieldsOf({ values, change }) {
    const its = (name) => ({ label: t(`policy.${name}`), value: values[name], onChange: (value) => change(name, value) });
    return {
        count: (name, pointer, more = {}) => <Count {...its(name)} pointer={pointer} min="0" className="short" {...more} />,
        text: (name, pointer, more = {}) => <Text {...its(name)} pointer={pointer} {...more} />,
        who: (name, more = {}) => <Picker {...its(name)} pointer={`/${name}`} {...more} />,
        check: (name) => <Check label={t(`policy.${name}`)} checked={values[name]} onChange={(on) => change(name, on)} />,
    };
}

function When({ values, change }) {
    const { count, text, check } = fieldsOf({ values, change });
    return (
        <>
            <Group name="hours">
                <Choice label={t('policy.open')} value={values.isAlways ? 'always' : 'hours'} onChange={(value) => change('isAlways', value === 'always')}
                    options={[['hours', t('policy.open_hours')], ['always', t('policy.open_always')]]} />
                {!values.isAlways && <Hours rows={values.hours} onChange={(rows) => change('hours', rows)} />}
                <Exceptions rows={values.exceptions} onChange={(rows) => change('exceptions', rows)} />
                {text('timeZone', '/timeZone', { hint: t('policy.timeZone_hint') })}
            </Group>
            <Group name="length">
                <div className="fields">{count('lengthMin', '/length/min')}{count('lengthMax', '/length/max')}{count('lengthStep', '/length/step')}</div>
                <div className="fields">{count('startStep', '/start/step')}{values.startStep > 0 && text('startAnchor', '/start/anchor', { type: 'time', className: 'short' })}{count('setup', '/setup')}{count('teardown', '/teardown')}</div>
            </Group>
            <Group name="ahead">
                <div className="fields">{count('horizonDays', '/horizon/days', { className: '' })}{text('opensAt', '/horizon/opensAt', { type: 'time' })}</div>
                <div className="fields">{count('lead', '/lead', { label: t('policy.lead_minutes'), className: '' })}{count('cancelUntil', '/cancelUntil', { className: '' })}{count('changeUntil', '/changeUntil', { className: '' })}</div>
                {check('past')}
            </Group>
        </>
    );
}

function Much({ values, change }) {
    const { count, who } = fieldsOf({ values, change });
    return (
        <>
            <Group name="much" hint={t('policy.much_hint')}><Quotas rows={values.quota} onChange={(rows) => change('quota', rows)} /></Group>
            <Group name="series">
                {who('seriesBy', { pointer: '/series/by', hint: t('policy.nobody_hint') })}
                {values.seriesBy && <div className="fields">{count('seriesMax', '/series/max', { min: '1' })}{count('seriesWeeks', '/series/weeks', { min: '1' })}</div>}
            </Group>
        </>
    );
}

function Who({ values, change }) {
    const { count, who, check } = fieldsOf({ values, change });
    return (
        <Group name="who">
            {who('book', { hint: t('policy.who_hint') })}
            {who('request')}
            <div className="fields">{who('approvers', { kind: 'managers', hint: t('policy.approvers_hint') })}{count('pendingExpires', '/pendingExpires', { className: '' })}</div>
            {who('override', { hint: t('policy.besides_hint') })}
            {check('managersObey')}
            {who('onBehalf', { hint: t('policy.besides_hint') })}
            <div className="fields">{count('peopleMin', '/people/min')}</div>
            {check('enforceCapacity')}
        </Group>
    );
}

/** @param problem  what the last try was refused with, or null */
export function PolicyFields({ values, change, problem }) {
    const { text } = fieldsOf({ values, change });
    const isSeenSaid = values.see !== 'everyone' || values.others !== 'busy' || [values.seeOwner, values.seeTitle, values.seeFull].some(Boolean);
    return (
        <>
            {text('name', '/name', { required: true, maxLength: 200 })}
            <When {...{ values, change }} />
            <Much {...{ values, change }} />
            <Who {...{ values, change }} />
            <Folded name="seen" isSaid={isSeenSaid} problem={problem}><Seen {...{ values, change }} /></Folded>
            <Folded name="asked" isSaid={values.fields.length > 0 || Boolean(values.termsUrl || values.termsVersion)} problem={problem}>
                <Questions rows={values.fields} onChange={(rows) => change('fields', rows)} />
                <div className="fields">{text('termsUrl', '/terms/url', { maxLength: 1000 })}{text('termsVersion', '/terms/version', { maxLength: 200, hint: t('policy.termsVersion_hint') })}</div>
            </Folded>
        </>
    );
}
