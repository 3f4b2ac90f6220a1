// Groups, which policies and rooms name: local ones are made and ended here, others come with sign-on.
import { useState } from 'react';
import { Confirm, Dialog, Empty, Failure, Form, Link, Page, Read, Submit, Text, get, isAdmin, missing, put, remove, t, toast, useAction, useGet, useList } from 'bookable-kit';

import { putNew } from './put_new.js';

const pathOf = (name) => `/v1/groups/${encodeURIComponent(name)}`;

function NewGroup({ onClose }) {
    const [name, setName] = useState('');
    const [description, setDescription] = useState('');
    const [send, { busy, problem }] = useAction(async () => {
        if (!name.trim()) throw missing(['/name']);
        await putNew(pathOf(name.trim()), { description: description.trim() || null, members: [] }, '/name', t('groups.taken'));
        toast(t('groups.made', { name: name.trim() }));
        onClose();
    });
    return (
        <Dialog title={t('groups.add')} onClose={onClose}>
            <Form problem={problem} onSubmit={send}>
                <Text label={t('groups.name')} hint={t('groups.name_hint')} pointer="/name" value={name} onChange={setName} maxLength={64} required autoCapitalize="none" />
                <Text label={t('groups.description')} pointer="/description" optional value={description} onChange={setDescription} maxLength={500} />
                <Submit busy={busy}>{t('groups.make')}</Submit>
            </Form>
        </Dialog>
    );
}

// People join a group on their own page; here one sees who is in it, and takes somebody out.
function Group({ name, onClose }) {
    const group = useGet(pathOf(name));
    const people = useList(`/v1/users?group=${encodeURIComponent(name)}`);
    const [takeOut, { busy, problem }] = useAction(async (id) => {
        const { body, etag } = await get(pathOf(name));
        await put(pathOf(name), { description: body.description, members: body.members.filter((one) => one !== id) }, { etag });
        await Promise.all([group.reload(), people.reload()]);
    });
    const isLocal = (id) => isAdmin() && group.body?.members?.includes(id);
    return (
        <Dialog title={name} onClose={onClose}>
            {problem && <Failure problem={problem} />}
            {group.body?.description && <p>{group.body.description}</p>}
            <Read from={people}>
                {({ items }) => (items.length === 0 ? <p className="quiet">{t('groups.empty')}</p> : (
                    <ul className="rows">
                        {items.map((one) => (
                            <li key={one.id}>
                                <span className="grow">{one.name || one.id} <span className="quiet">{one.login}</span></span>
                                {isLocal(one.id) && <button type="button" className="button small" aria-disabled={busy || undefined} onClick={() => takeOut(one.id)} aria-label={t('groups.take_out_one', { name: one.name })}>{t('groups.take_out')}</button>}
                            </li>
                        ))}
                    </ul>
                ))}
            </Read>
            <p className="hint">{t('groups.how')}</p>
        </Dialog>
    );
}

function Delete({ name, onClose }) {
    const [send, { busy, problem }] = useAction(async () => { await remove(pathOf(name)); toast(t('groups.deleted', { name })); onClose(); });
    return (
        <Confirm title={t('groups.delete_ask', { name })} text={t('groups.delete_text')} yes={t('groups.delete')} danger busy={busy} onYes={send} onClose={onClose}>
            {problem && <Failure problem={problem} />}
        </Confirm>
    );
}

function Table({ groups, onOpen }) {
    return (
        <table className="list">
            <caption className="hidden">{t('groups.title')}</caption>
            <thead><tr><th scope="col">{t('groups.name')}</th><th scope="col">{t('groups.description')}</th><th scope="col">{t('groups.source')}</th><th scope="col" className="number">{t('groups.people')}</th><th scope="col"><span className="hidden">{t('common.actions')}</span></th></tr></thead>
            <tbody>
                {groups.map((group) => (
                    <tr key={group.name}>
                        <th scope="row"><button type="button" className="linklike" onClick={() => onOpen({ show: group.name })}>{group.name}</button></th>
                        <td data-label={t('groups.description')}>{group.description || '–'}</td>
                        <td data-label={t('groups.source')}>{t(`groups.source_${group.source}`)}</td>
                        <td data-label={t('groups.people')} className="number">{group.people}</td>
                        <td className="row-actions">{isAdmin() && group.source === 'local' && <button type="button" className="button small" aria-label={t('groups.delete_one', { name: group.name })} onClick={() => onOpen({ delete: group.name })}>{t('groups.delete')}</button>}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

export function Groups() {
    const groups = useList('/v1/groups');
    const [open, setOpen] = useState(null);
    const close = () => { setOpen(null); groups.reload(); };
    const actions = <><Link to="people" className="button">{t('groups.to_people')}</Link>{isAdmin() && <button type="button" className="button primary" onClick={() => setOpen({ new: true })}>{t('groups.add')}</button>}</>;
    return (
        <Page title={t('groups.title')} lead={t('groups.lead')} actions={actions}>
            <Read from={groups}>
                {({ items }) => (items.length === 0 ? <Empty icon="people" title={t('groups.none')} text={t('groups.none_text')} /> : <Table groups={items} onOpen={setOpen} />)}
            </Read>
            {open?.new && <NewGroup onClose={close} />}
            {open?.show && <Group name={open.show} onClose={close} />}
            {open?.delete && <Delete name={open.delete} onClose={close} />}
        </Page>
    );
}
