import { useState } from 'react';
import { Form, post, Submit, t, Text, toast, useAction } from 'bookable-kit';

const NONE = { currentPassword: '', newPassword: '' };

export function Password() {
    const [values, setValues] = useState(NONE);
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    const [send, { busy, problem }] = useAction(async () => {
        await post('/v1/me/password', values);
        setValues(NONE);
        toast(t('account.password_changed'));
    });
    return (
        <Form problem={problem} pointers={['/currentPassword', '/newPassword']} onSubmit={send}>
            <Text label={t('account.password_now')} pointer="/currentPassword" type="password" autoComplete="current-password"
                value={values.currentPassword} onChange={change('currentPassword')} />
            <Text label={t('account.password_new')} pointer="/newPassword" type="password" autoComplete="new-password"
                hint={t('account.password_hint')} value={values.newPassword} onChange={change('newPassword')} />
            <Submit busy={busy}>{t('account.password_change')}</Submit>
        </Form>
    );
}
