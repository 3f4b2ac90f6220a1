// One account in a dialog: names, role, groups, whether it may sign in, and its end.
import { useState } from 'react';
import { Check, Choice, Confirm, Dialog, Failure, Form, Read, Submit, Text, get, isAdmin, patch, remove, t, toast, useAction, useGet } from 'bookable-kit';
import { Conflict } from './conflict.jsx';
import { words } from './words.js';

const POINTERS = ['/login', '/displayName', '/email', '/role', '/disabled', '/groups'];
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
            {text('groups', { hint: person.signOnGroups.length ? t('people.groups_sso', { groups: person.signOnGroups.join(', ') }) : t('people.groups_hint') })}
            <Check label={t('people.disable')} hint={t('people.disable_hint')} checked={values.disabled} onChange={change('disabled')} />
        </>
    );
}

function Delete({ person, etag, onClose }) {
    const [isAsked, setAsked] = useState(false);
    const [send, { problem }] = useAction(async () => {
        await remove(pathOf(person.id), { etag });
        toast(t('people.deleted', { name: person.name }));
        onClose();
    });
    return (
        <>
            <button type="button" className="button" onClick={() => setAsked(true)}>{t('people.delete')}</button>
            {isAsked && (
                <Confirm title={t('people.delete_ask', { name: person.name })} text={t('people.delete_text')} yes={t('people.delete')} danger onYes={send} onClose={() => setAsked(false)}>
                    {problem && <Failure problem={problem} />}
                </Confirm>
            )}
        </>
    );
}

function Editor({ person, etag, onRead, onClose }) {
    const [values, setValues] = useState(() => valuesOf(person));
    const [theirs, setTheirs] = useState(null);
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    const [send, { busy, problem }] = useAction(async (tag) => {
        try {
            const { body } = await patch(pathOf(person.id), membersOf(values), tag);
            toast(t('people.saved', { name: body.name }));
            onClose();
        } catch (refusal) {
            if (refusal.status !== 412) throw refusal;
            setTheirs(await get(pathOf(person.id)));
        }
    });
    const labels = Object.keys(values).map((name) => [name, t(`people.${name}`)]);
    return (
        <>
            {theirs && (
                <Conflict mine={membersOf(values)} theirs={membersOf(valuesOf(theirs.body))} labels={labels} onTheirs={() => onRead(theirs)}
                    onMine={() => { const { etag: newest } = theirs; setTheirs(null); send(newest); }} />
            )}
            <Form problem={problem} pointers={POINTERS} onSubmit={() => send(etag)}>
                <Fields person={person} values={values} change={change} />
                {isAdmin() && <div className="actions"><Submit busy={busy}>{t('common.save')}</Submit><Delete person={person} etag={etag} onClose={onClose} /></div>}
            </Form>
        </>
    );
}

export function Person({ id, onClose }) {
    const person = useGet(pathOf(id));
    return (
        <Dialog title={person.body?.name || t('people.one')} onClose={onClose}>
            <Read from={person}>
                {(body) => <Editor key={person.etag} person={body} etag={person.etag} onClose={onClose} onRead={(answer) => person.set(answer.body, answer.etag)} />}
            </Read>
        </Dialog>
    );
}
