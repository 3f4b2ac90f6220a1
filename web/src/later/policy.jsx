// One policy: its rules to write, and beside them what they say and open.
import { useState } from 'react';
import { Confirm, Failure, Form, Page, Read, Submit, Text, get, go, href, isAdmin, put, remove, sentences, t, toast, useAction, useGet } from 'bookable-kit';
import { Conflict } from './conflict.jsx';
import { PolicyFields } from './policy_fields.jsx';
import { fromPolicy, toPolicy } from './policy_values.js';
import { Effect } from './policy_effect.jsx';

const POINTERS = ['/name', '/timeZone', '/hours', '/exceptions', '/length', '/start', '/lead', '/horizon', '/people', '/setup', '/teardown', '/cancelUntil',
    '/book', '/request', '/override', '/approvers', '/see', '/pendingExpires'];
const pathOf = (id) => `/v1/policies/${encodeURIComponent(id)}`;

function InWords({ policy }) {
    return (
        <section className="panel aside" aria-labelledby="words">
            <h2 id="words">{t('policy.words')}</h2>
            <ul className="sentences" aria-live="polite">{sentences(policy).map((text) => <li key={text}>{text}</li>)}</ul>
        </section>
    );
}

function Delete({ id, name, etag }) {
    const [isAsked, setAsked] = useState(false);
    const [send, { problem }] = useAction(async () => {
        await remove(pathOf(id), { etag });
        toast(t('policy.deleted'));
        go(href('policies'));
    });
    return (
        <>
            <button type="button" className="button" onClick={() => setAsked(true)}>{t('policy.delete')}</button>
            {isAsked && (
                <Confirm title={t('policy.delete_ask', { name })} text={t('policy.delete_text')} yes={t('policy.delete')} danger onYes={send} onClose={() => setAsked(false)}>
                    {problem && <Failure problem={problem} />}
                </Confirm>
            )}
        </>
    );
}

/**
 * The form. @param read  {body, etag} that it began with; body null: a new policy
 */
function Editor({ id, read, onRead }) {
    const [values, setValues] = useState(() => fromPolicy(read.body));
    const [newId, setNewId] = useState('');
    const [theirs, setTheirs] = useState(null);
    const change = (name, value) => setValues((were) => ({ ...were, [name]: value }));
    const policy = toPolicy(values, read.body);
    const [save, { busy, problem, clear }] = useAction(async (etag) => {
        try {
            const { body } = await put(pathOf(id || newId.trim()), policy, etag ? { etag } : { ifNoneMatch: '*' });
            toast(t('policy.saved', { name: body.name }));
            go(href('policies'));
        } catch (refusal) {
            if (refusal.status !== 412 || !id) throw refusal;
            setTheirs(await get(pathOf(id)));
        }
    });
    const take = () => { onRead(theirs); setTheirs(null); clear(); };
    const labels = [...new Set([...Object.keys(policy), ...Object.keys(theirs?.body || {})])].filter((name) => !['id', 'version'].includes(name)).map((name) => [name, name]);
    return (
        <div className="columns wide-first">
            <div>
                {theirs && <Conflict mine={policy} theirs={theirs.body} labels={labels} onTheirs={take} onMine={() => { const { etag } = theirs; setTheirs(null); save(etag); }} />}
                <Form className="panel" problem={problem} pointers={POINTERS} onSubmit={() => (id || newId.trim() ? save(read.etag) : null)}>
                    {!id && <Text label={t('policy.id')} hint={t('policy.id_hint')} required value={newId} onChange={setNewId} maxLength={128} fault={problem?.status === 412 ? t('policy.id_taken') : undefined} />}
                    <PolicyFields values={values} change={change} />
                    {isAdmin() && <div className="actions"><Submit busy={busy}>{t('common.save')}</Submit>{id && <Delete id={id} name={read.body.name} etag={read.etag} />}</div>}
                </Form>
            </div>
            <div className="asides"><InWords policy={policy} />{id && <Effect id={id} timeZone={read.body.timeZone} />}</div>
        </div>
    );
}

function Loaded({ id, policy }) {
    return <Read from={policy}>{(body) => <Editor key={policy.etag} id={id} read={{ body, etag: policy.etag }} onRead={(answer) => policy.set(answer.body, answer.etag)} />}</Read>;
}

export function Policy({ query }) {
    const id = query.get('id');
    const policy = useGet(id ? pathOf(id) : null);
    return (
        <Page title={id ? t('policy.title', { name: policy.body?.name || id }) : t('policy.new')} lead={t('policy.lead')}>
            {id ? <Loaded id={id} policy={policy} /> : <Editor id={null} read={{ body: null, etag: null }} />}
        </Page>
    );
}
