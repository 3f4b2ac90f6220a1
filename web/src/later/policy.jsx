// One policy: its rules to write, and beside them what they say and open.
import { useState } from 'react';
import { Confirm, Failure, Form, Page, Read, Submit, Text, go, href, isAdmin, missing, put, query, remove, t, toast, useAction, useGet } from 'bookable-kit';
import { Conflict } from './conflict.jsx';
import { putNew } from './put_new.js';
import { useNames } from './people_known.js';
import { Effect } from './policy_effect.jsx';
import { PolicyFields } from './policy_fields.jsx';
import { PolicyRooms } from './policy_rooms.jsx';
import { usePolicySentences } from './policy_sentences.js';
import { TOGETHER, fromPolicy, toPolicy } from './policy_values.js';
import { sentences } from './rules.js';
import { KINDS } from './subjects.js';
import { useEdit } from './use_edit.js';

const pathOf = (id) => `/v1/policies/${encodeURIComponent(id)}`;

// Who is only half typed is not among them.
function whole(policy) {
    const lists = ['book', 'request', 'override', 'approvers', 'onBehalf', 'see'].map((name) => [name, policy[name]?.filter(KINDS.who.is)]);
    const privacy = Object.fromEntries(Object.entries(policy.privacy || {}).filter(([who]) => who === 'others' || KINDS.who.is(who)));
    return { ...policy, ...Object.fromEntries(lists), privacy, series: policy.series && { ...policy.series, by: policy.series.by.filter(KINDS.who.is) } };
}

function InWords({ policy }) {
    const nameOf = useNames();
    return (
        <section className="panel aside" aria-labelledby="words">
            <h2 id="words">{t('policy.words')}</h2>
            <ul className="sentences" aria-live="polite">{sentences(whole(policy), nameOf).map((text) => <li key={text}>{text}</li>)}</ul>
        </section>
    );
}

function Delete({ id, name, etag }) {
    const [isAsked, setAsked] = useState(false);
    const [send, { busy, problem }] = useAction(async () => {
        await remove(pathOf(id), { etag });
        toast(t('policy.deleted'));
        go(href('policies'));
    });
    return (
        <>
            <button type="button" className="button" onClick={() => setAsked(true)}>{t('policy.delete')}</button>
            {isAsked && (
                <Confirm title={t('policy.delete_ask', { name })} text={t('policy.delete_text')} yes={t('policy.delete')} danger busy={busy} onYes={send} onClose={() => setAsked(false)}>
                    {problem && <Failure problem={problem} />}
                </Confirm>
            )}
        </>
    );
}

function useSaving(id, newId, read) {
    return useEdit({
        read, path: id && pathOf(id), valuesOf: fromPolicy, together: TOGETHER,
        write: async (values, { body: before, etag }) => {
            const name = id || newId.trim();
            if (!name) throw missing(['/id']);
            const { body } = await (etag ? put(pathOf(name), toPolicy(values, before), { etag }) : putNew(pathOf(name), toPolicy(values, before), '/id', t('policy.id_taken')));
            toast(t('policy.saved', { name: body.name }));
            go(href('policies'));
        },
    });
}

/**
 * The form. @param read  {body, etag} that it began with; body null: a new policy
 */
function Editor({ id, read }) {
    const [newId, setNewId] = useState('');
    const { base, values, change, busy, problem, conflict, send } = useSaving(id, newId, read);
    const policy = toPolicy(values, base.body);
    const fields = usePolicySentences();
    const rooms = useGet(id ? query('/v1/spaces', { policy: id, limit: 200 }) : null);
    return (
        <div className="columns wide-first">
            <div>
                {conflict && <Conflict of={conflict} fields={fields} />}
                <Form className="panel" problem={problem} onSubmit={send}>
                    {!id && <Text label={t('policy.id')} hint={t('policy.id_hint')} pointer="/id" required value={newId} onChange={setNewId} maxLength={128} />}
                    <PolicyFields values={values} change={(name, value) => change(name)(value)} problem={problem} />
                    {isAdmin() && <div className="actions"><Submit busy={busy}>{t('common.save')}</Submit>{id && <Delete id={id} name={base.body.name} etag={base.etag} />}</div>}
                </Form>
            </div>
            <div className="asides"><InWords policy={policy} />{id && <><Effect id={id} timeZone={base.body.timeZone} rooms={rooms} /><PolicyRooms id={id} rooms={rooms} /></>}</div>
        </div>
    );
}

function Loaded({ id, policy }) {
    return <Read from={policy}>{(body) => <Editor id={id} read={{ body, etag: policy.etag }} />}</Read>;
}

export function Policy({ query: asked }) {
    const id = asked.get('id');
    const policy = useGet(id ? pathOf(id) : null);
    return (
        <Page title={id ? t('policy.title', { name: policy.body?.name || id }) : t('policy.new')} lead={t('policy.lead')}>
            {id ? <Loaded id={id} policy={policy} /> : <Editor id={null} read={{ body: null, etag: null }} />}
        </Page>
    );
}
