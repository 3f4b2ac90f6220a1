// One's own account: what one is called, how dates are shown here, and what is signed in.
import { Page, t, useGet, useSession } from 'bookable-kit';
import { DeleteAccount } from './account_delete.jsx';
import { Device } from './account_device.jsx';
import { Password } from './account_password.jsx';
import { Profile } from './account_profile.jsx';
import { Sessions } from './account_sessions.jsx';
import { Tokens } from './account_tokens.jsx';

const EXPORT = '/v1/me/export';

/** A part of the account. */
function Part({ id, title, lead, children }) {
    return (
        <section className="panel" aria-labelledby={id}>
            <h2 id={id}>{title}</h2>
            {lead && <p className="lead">{lead}</p>}
            {children}
        </section>
    );
}

export function Account() {
    const { user } = useSession();
    // Account, sessions and tokens in one answer: the one that is the file, too.
    const own = useGet(EXPORT);
    return (
        <Page title={t('account.title')} lead={[user.login, t(`role.${user.role}`), ...user.groups].filter(Boolean).join(' · ')}>
            <div className="columns flow">
                <Part id="profile" title={t('account.profile')}><Profile own={own} /></Part>
                <Part id="device" title={t('account.device')} lead={t('account.device_lead')}><Device /></Part>
                <Part id="sessions" title={t('account.sessions')} lead={t('account.sessions_lead')}><Sessions own={own} /></Part>
                <Part id="password" title={t('account.password')}><Password onChanged={own.reload} /></Part>
                <Part id="tokens" title={t('account.tokens')} lead={t('account.tokens_lead')}><Tokens own={own} /></Part>
                <Part id="data" title={t('account.data')} lead={t('account.data_lead')}>
                    <div className="actions">
                        <a className="button" href={EXPORT} download="bookable.json">{t('account.export')}</a>
                        <DeleteAccount />
                    </div>
                </Part>
            </div>
        </Page>
    );
}
