import { useState } from 'react';
import { Form, post, Problem, Submit, t, Text, toast, useAction } from 'bookable-kit';

const NONE = { currentPassword: '', newPassword: '' };

/** @param onChanged  called when it is another, and what was signed in elsewhere is not any more */
export function Password({ onChanged }) {
    const [values, setValues] = useState(NONE);
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    const [send, { busy, problem }] = useAction(async () => {
        await post('/v1/me/password', values).catch((refusal) => {
            if (refusal.code !== 'bad-credentials') throw refusal;
            throw new Problem(422, { code: 'bad-value', errors: [{ pointer: '/currentPassword', code: 'other', detail: t('account.password_wrong') }] });
        });
        setValues(NONE);
        onChanged();
        toast(t('account.password_changed'));
    });
    return (
        <Form problem={problem} onSubmit={send}>
            <Text label={t('account.password_now')} pointer="/currentPassword" type="password" autoComplete="current-password"
                value={values.currentPassword} onChange={change('currentPassword')} />
            <Text label={t('account.password_new')} pointer="/newPassword" type="password" autoComplete="new-password"
                hint={t('account.password_hint')} value={values.newPassword} onChange={change('newPassword')} />
            <Submit busy={busy}>{t('account.password_change')}</Submit>
        </Form>
    );
}
