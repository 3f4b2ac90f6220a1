// Somebody new: a person with a first password, or the account of a program, which has tokens only.
import { useState } from 'react';
import { Check, Choice, Dialog, Form, Submit, Text, newKey, post, t, toast, useAction } from 'bookable-kit';
import { Picker } from './picker.jsx';
import { words } from './words.js';

export function NewPerson({ onClose }) {
    const [values, setValues] = useState({ login: '', displayName: '', email: '', password: '', groups: '', role: 'member', service: false });
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    const [key] = useState(newKey);
    const [send, { busy, problem }] = useAction(async () => {
        const { login, displayName, email, password, groups, role, service } = values;
        const { body } = await post('/v1/users', {
            login: login.trim(), displayName: displayName.trim() || null, email: email.trim() || null, role, service, groups: words(groups),
            ...(password && !service ? { password } : {}),
        }, { key });
        toast(t('people.made', { name: body.name }));
        onClose();
    });
    const text = (name, more) => <Text label={t(`people.${name}`)} pointer={`/${name}`} value={values[name]} onChange={change(name)} {...more} />;
    return (
        <Dialog title={t('people.add')} onClose={onClose}>
            <Form problem={problem} onSubmit={send}>
                {text('login', { hint: t('people.login_hint'), autoComplete: 'off' })}
                {text('displayName', { optional: true, autoComplete: 'off' })}
                {text('email', { optional: true, type: 'email', autoComplete: 'off' })}
                <Choice label={t('people.role')} pointer="/role" value={values.role} onChange={change('role')} options={['member', 'auditor', 'admin'].map((role) => [role, t(`role.${role}_long`)])} />
                <Picker label={t('people.groups')} hint={t('people.groups_hint')} pointer="/groups" optional kind="groups" value={values.groups} onChange={change('groups')} />
                <Check label={t('people.is_service')} hint={t('people.service_hint')} checked={values.service} onChange={change('service')} />
                {!values.service && text('password', { optional: true, type: 'password', autoComplete: 'new-password', hint: t('people.password_hint') })}
                <Submit busy={busy}>{t('people.make')}</Submit>
            </Form>
        </Dialog>
    );
}
