// One account in a dialog: names, role, groups, whether it may sign in, and its end.
import { useState } from 'react';
import { Check, Choice, Confirm, Dialog, Failure, Form, Read, Submit, Text, isAdmin, join, patch, remove, t, toast, useAction, useGet } from 'bookable-kit';
import { Conflict, listed, quoted, yesNo } from './conflict.jsx';
import { Picker } from './picker.jsx';
import { useEdit } from './use_edit.js';
import { words } from './words.js';

const pathOf = (id) => `/v1/users/${encodeURIComponent(id)}`;

function valuesOf(person) {
    return { login: person.login || '', displayName: person.displayName || '', email: person.email || '', role: person.role, disabled: person.disabled, groups: person.groups.join(' ') };
}

function membersOf(values) {
    return { ...values, login: values.login.trim() || null, displayName: values.displayName.trim() || null, email: values.email.trim() || null, groups: words(values.groups) };
}

function Fields({ person, values, change }) {
    const text = (name, more) => <Text label={t(`people.${name}`)} pointer={`/${name}`} value={values[name]} onChange={change(name)} optional {...more} />;
    return (
        <>
            {text('displayName')}
            {text('login', { hint: t('people.login_hint') })}
            {text('email', { type: 'email' })}
            <Choice label={t('people.role')} pointer="/role" value={values.role} onChange={change('role')} options={['member', 'auditor', 'admin'].map((role) => [role, t(`role.${role}_long`)])} />
            <Picker label={t('people.groups')} pointer="/groups" optional kind="groups" value={values.groups} onChange={change('groups')} fixed={person.signOnGroups}
                hint={person.signOnGroups.length ? t('people.groups_sso', { groups: join(person.signOnGroups) }) : t('people.groups_hint')} />
            <Check label={t('people.disable')} pointer="/disabled" hint={t('people.disable_hint')} checked={values.disabled} onChange={change('disabled')} />
        </>
    );
}

function Delete({ person, etag, onClose }) {
    const [isAsked, setAsked] = useState(false);
    const [send, { busy, problem }] = useAction(async () => {
        await remove(pathOf(person.id), { etag });
        toast(t('people.deleted', { name: person.name }));
        onClose();
    });
    return (
        <>
            <button type="button" className="button" onClick={() => setAsked(true)}>{t('people.delete')}</button>
            {isAsked && (
                <Confirm title={t('people.delete_ask', { name: person.name })} text={t('people.delete_text')} yes={t('people.delete')} danger busy={busy} onYes={send} onClose={() => setAsked(false)}>
                    {problem && <Failure problem={problem} />}
                </Confirm>
            )}
        </>
    );
}

// Only what is not as it was read is sent.
function changedOf(values, person) {
    const were = membersOf(valuesOf(person));
    return Object.fromEntries(Object.entries(membersOf(values)).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(were[name])));
}

function fieldsOf() {
    const show = { role: (role) => t(`role.${role}`), disabled: yesNo, groups: (text) => listed(words(text)) };
    return ['displayName', 'login', 'email', 'role', 'groups', 'disabled'].map((name) => [t(`people.${name === 'disabled' ? 'disable' : name}`), (values) => (show[name] || quoted)(values[name])]);
}

function Editor({ read, onClose }) {
    const path = pathOf(read.body.id);
    const { base, values, change, busy, problem, conflict, send } = useEdit({
        read, path, valuesOf,
        write: async (its, { body: person, etag }) => {
            const { body } = await patch(path, changedOf(its, person), etag);
            toast(t('people.saved', { name: body.name }));
            onClose();
        },
    });
    return (
        <>
            {conflict && <Conflict of={conflict} fields={fieldsOf()} />}
            <Form problem={problem} onSubmit={send}>
                <Fields person={base.body} values={values} change={change} />
                {isAdmin() && <div className="actions"><Submit busy={busy}>{t('common.save')}</Submit><Delete person={base.body} etag={base.etag} onClose={onClose} /></div>}
            </Form>
        </>
    );
}

export function Person({ id, onClose }) {
    const person = useGet(pathOf(id));
    return (
        <Dialog title={person.body?.name || t('people.one')} onClose={onClose}>
            <Read from={person}>
                {(body) => <Editor read={{ body, etag: person.etag }} onClose={onClose} />}
            </Read>
        </Dialog>
    );
}
