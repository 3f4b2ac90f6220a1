// The way in: by name and password, by the house's own sign-on, or both.
import { useEffect, useState } from 'react';
import { Dialog } from '../components/dialog.jsx';
import { Check, Form, Submit, Text } from '../components/form.jsx';
import { Page } from '../components/page.jsx';
import { useAction } from '../components/use_action.js';
import { t } from '../i18n.js';
import { leave, loadSite, signIn, signOn, useSession, useSite } from '../session.js';

function ByName({ login = '' }) {
    const [values, setValues] = useState({ name: login, password: '', persistent: false });
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    const [send, { busy, problem }] = useAction(() => signIn(values.name, values.password, values.persistent));
    return (
        <Form problem={problem} onSubmit={send} fleeting>
            <Text label={t('sign_in.name')} pointer="/name" autoComplete="username" autoCapitalize="none" spellCheck={false}
                value={values.name} onChange={change('name')} required />
            <Text label={t('sign_in.password')} pointer="/password" type="password" autoComplete="current-password" data-first={login ? '' : undefined}
                value={values.password} onChange={change('password')} required />
            <Check label={t('sign_in.persistent')} checked={values.persistent} onChange={change('persistent')} />
            <Submit busy={busy}>{t('sign_in.go')}</Submit>
        </Form>
    );
}

function Ways({ login }) {
    const { password, signOn: path } = useSite().signIn;
    return (
        <>
            {path && <button type="button" className="button primary wide" onClick={() => signOn(path)}>{t('sign_in.sign_on')}</button>}
            {path && password && <p className="or">{t('sign_in.or')}</p>}
            {password && <ByName login={login} />}
            {!path && !password && <p>{t('sign_in.no_way')}</p>}
        </>
    );
}

export function SignIn() {
    const site = useSite();
    return (
        <main className="alone" id="main">
            {site.logo && <img className="logo" src={site.logo} alt="" height="40" />}
            <Page title={site.name} lead={t('sign_in.lead')}><Ways /></Page>
        </main>
    );
}

/** The session has expired: who it was signs in again, and is where they were. */
export function SignInAgain() {
    const { user } = useSession();
    const site = useSite();
    useEffect(() => { if (!site) loadSite().catch(() => {}); }, [site]);
    return (
        <Dialog title={t('sign_in.again')} onClose={leave} stays>
            <p>{t('sign_in.expired')}</p>
            {site && <Ways login={user?.login || ''} />}
        </Dialog>
    );
}
