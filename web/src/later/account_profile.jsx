// Name and mail address. What somebody else, or another device, changed meanwhile is not written over.
import { Check, Form, loadSession, patch, Read, Submit, t, Text, toast } from 'bookable-kit';
import { Conflict, quoted, yesNo } from './conflict.jsx';
import { useEdit } from './use_edit.js';

const valuesOf = ({ displayName, email, mail }) => ({ displayName: displayName || '', email: email || '', confirmations: mail.confirmations });

const fieldsOf = () => [
    [t('account.name'), ({ displayName }) => quoted(displayName)], [t('account.email'), ({ email }) => quoted(email)],
    [t('account.confirmations'), ({ confirmations }) => yesNo(confirmations)],
];

function Fields({ read }) {
    const { values, change, busy, problem, conflict, begin, send } = useEdit({
        read, path: '/v1/me', valuesOf,
        write: async ({ displayName, email, confirmations }, { body: me, etag }) => {
            const answer = await patch('/v1/me', { displayName: displayName || null, email: email || null, mail: { ...me.mail, confirmations } }, etag);
            begin(answer);
            await loadSession();
            toast(t('account.saved'));
        },
    });
    return (
        <>
            {conflict && <Conflict of={conflict} fields={fieldsOf()} />}
            <Form problem={problem} onSubmit={send}>
                <Text label={t('account.name')} pointer="/displayName" autoComplete="name" value={values.displayName} onChange={change('displayName')} />
                <Text label={t('account.email')} pointer="/email" type="email" autoComplete="email" optional value={values.email} onChange={change('email')} />
                <Check label={t('account.confirmations')} checked={values.confirmations} onChange={change('confirmations')} />
                <Submit busy={busy}>{t('common.save')}</Submit>
            </Form>
        </>
    );
}

/** @param own  of useGet(): {account} */
export function Profile({ own }) {
    return <Read from={own}>{({ account }) => <Fields read={{ body: account, etag: `"${account.version}"` }} />}</Read>;
}
