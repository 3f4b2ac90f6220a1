// Name and mail address. What somebody else changed meanwhile is not written over: 412.
import { useState } from 'react';
import { Check, Failure, Form, loadSession, patch, Read, Submit, t, Text, toast, useAction, useGet } from 'bookable-kit';

function Fields({ me, etag, onSaved }) {
    const [values, setValues] = useState(me);
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    const [send, { busy, problem }] = useAction(async () => {
        const { displayName, email, mail } = values;
        const answer = await patch('/v1/me', { displayName: displayName || null, email: email || null, mail }, etag);
        onSaved(answer);
        await loadSession();
        toast(t('account.saved'));
    });
    if (problem?.status === 412) return <Failure problem={problem} onRetry={() => onSaved(null)} />;
    return (
        <Form problem={problem} pointers={['/displayName', '/email']} onSubmit={send}>
            <Text label={t('account.name')} pointer="/displayName" autoComplete="name" value={values.displayName} onChange={change('displayName')} />
            <Text label={t('account.email')} pointer="/email" type="email" autoComplete="email" optional value={values.email} onChange={change('email')} />
            <Check label={t('account.confirmations')} checked={values.mail.confirmations}
                onChange={(on) => change('mail')({ ...values.mail, confirmations: on })} />
            <Submit busy={busy}>{t('common.save')}</Submit>
        </Form>
    );
}

export function Profile() {
    const me = useGet('/v1/me');
    const saved = (answer) => (answer ? me.set(answer.body, answer.etag) : me.reload());
    return <Read from={me}>{(body) => <Fields key={me.etag} me={body} etag={me.etag} onSaved={saved} />}</Read>;
}
