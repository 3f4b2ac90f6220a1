// Tokens for programs: made with a purpose and an end, shown once, revoked with a click.
import { useState } from 'react';
import { Choice, Confirm, Dialog, decides, Failure, Form, isAdmin, post, Read, remove, showAgo, showInstant, Submit, t, Text, useAction } from 'bookable-kit';

// What the maker may do, a token may: no more is offered.
const scopes = () => ['read', 'book', decides() && 'manage', isAdmin() && 'admin'].filter(Boolean);
const YEAR = 365;

function Secret({ token, onClose }) {
    const [isCopied, setCopied] = useState(false);
    // Browsers that have reached the page without TLS let no script copy.
    const { clipboard } = navigator;
    const copy = () => clipboard.writeText(token.token).then(() => setCopied(true), () => setCopied(false));
    return (
        <Dialog title={t('tokens.made')} onClose={onClose}>
            <p>{t('tokens.once')}</p>
            <p className="secret"><code>{token.token}</code></p>
            <div className="actions">
                {clipboard && <button type="button" className="button primary" onClick={copy}>{isCopied ? t('tokens.copied') : t('tokens.copy')}</button>}
                <button type="button" className="button" onClick={onClose}>{t('common.close')}</button>
            </div>
        </Dialog>
    );
}

function NewToken({ onMade, onClose }) {
    const [label, setLabel] = useState('');
    const [scope, setScope] = useState('read');
    const [days, setDays] = useState(String(YEAR));
    const [send, { busy, problem }] = useAction(async () => {
        const expiresAt = days ? new Date(Math.floor(Date.now() / 60000) * 60000 + days * 86400000).toISOString().replace(/\.\d+/, '') : undefined;
        onMade((await post('/v1/tokens', { label, scopes: scope === 'read' ? ['read'] : ['read', scope], expiresAt })).body);
    });
    return (
        <Dialog title={t('tokens.new')} onClose={onClose}>
            <Form problem={problem} onSubmit={send}>
                <Text label={t('tokens.label')} hint={t('tokens.label_hint')} pointer="/label" value={label} onChange={setLabel} maxLength={100} />
                <Choice label={t('tokens.may')} pointer="/scopes" value={scope} onChange={setScope} options={scopes().map((one) => [one, t(`tokens.may_${one}`)])} />
                <Choice label={t('tokens.until')} pointer="/expiresAt" value={days} onChange={setDays}
                    options={[['30', t('time.days', { n: 30 })], ['365', t('time.days', { n: 365 })], ['', t('tokens.never')]]} />
                <Submit busy={busy}>{t('tokens.make')}</Submit>
            </Form>
        </Dialog>
    );
}

function Token({ token, onRevoke }) {
    return (
        <li>
            <span className="grow">
                <strong>{token.label}</strong> <code>{token.prefix}…</code> <span className="tag">{token.scopes.join(', ')}</span>
                <span className="quiet block">
                    {token.lastUsedAt ? t('account.used', { ago: showAgo(token.lastUsedAt) }) : t('tokens.unused')}
                    {token.expiresAt && ` · ${t('tokens.ends', { when: showInstant(token.expiresAt) })}`}
                </span>
            </span>
            <button type="button" className="button small" onClick={() => onRevoke(token)} aria-label={t('tokens.revoke_one', { label: token.label })}>{t('tokens.revoke')}</button>
        </li>
    );
}

/** @param own  of useGet(): {tokens} */
export function Tokens({ own }) {
    const [open, setOpen] = useState(null);
    const close = () => setOpen(null);
    const [revoke, { busy, problem, clear }] = useAction(async ({ id }) => { await remove(`/v1/tokens/${id}`); close(); await own.reload(); });
    const made = (token) => { setOpen({ secret: token }); own.reload(); };
    return (
        <>
            <Read from={own}>
                {({ tokens }) => (tokens.length === 0 ? <p className="quiet">{t('tokens.none')}</p> : (
                    <ul className="rows">{tokens.map((one) => <Token key={one.id} token={one} onRevoke={(token) => { clear(); setOpen({ revoke: token }); }} />)}</ul>
                ))}
            </Read>
            <button type="button" className="button" onClick={() => setOpen({ new: true })}>{t('tokens.new')}</button>
            {open?.new && <NewToken onMade={made} onClose={close} />}
            {open?.secret && <Secret token={open.secret} onClose={close} />}
            {open?.revoke && (
                <Confirm title={t('tokens.revoke_title', { label: open.revoke.label })} text={t('tokens.revoke_text')} yes={t('tokens.revoke')}
                    danger busy={busy} onYes={() => revoke(open.revoke)} onClose={close}>
                    {problem && <Failure problem={problem} />}
                </Confirm>
            )}
        </>
    );
}
