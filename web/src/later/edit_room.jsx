// A room: a new one, a copy, or one that is there, which nobody's change is lost of.
import { useState } from 'react';
import { Form, Page, Read, Submit, get, go, href, isAdmin, newKey, patch, post, t, toast, useAction, useGet } from 'bookable-kit';
import { ArchiveRoom } from './archive_room.jsx';
import { Conflict } from './conflict.jsx';
import { RoomFields, changedOf, membersOf, newRoom, roomLabels } from './room_fields.jsx';

const POINTERS = ['/id', '/name', '/building', '/floor', '/room', '/capacity', '/description', '/features', '/timeZone', '/policy', '/managers', '/order'];

const pathOf = (id) => `/v1/spaces/${encodeURIComponent(id)}`;

function useValues(first) {
    const [values, setValues] = useState(first);
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    return [values, change, setValues];
}

function NewRoom({ like }) {
    const [values, change] = useValues(() => newRoom(like));
    const [key] = useState(newKey);
    const [send, { busy, problem }] = useAction(async () => {
        const { body } = await post('/v1/spaces', membersOf(values), { key });
        toast(t('edit_room.made', { name: body.name }));
        go(href('room', { id: body.id }));
    });
    return (
        <Form className="panel narrow" problem={problem} pointers={POINTERS} onSubmit={send}>
            <RoomFields values={values} change={change} isNew />
            <Submit busy={busy}>{t('edit_room.make')}</Submit>
        </Form>
    );
}

// What was typed is compared with what was read: only that is sent, so a change of another member survives.
function OldRoom({ space, etag, onRead }) {
    const [values, change, setValues] = useValues(() => newRoom(space));
    const [theirs, setTheirs] = useState(null);
    const [send, { busy, problem, clear }] = useAction(async (tag) => {
        try {
            const { body } = await patch(pathOf(space.id), changedOf(values, space), tag);
            toast(t('edit_room.saved', { name: body.name }));
            go(href('room', { id: body.id }));
        } catch (refusal) {
            if (refusal.status !== 412) throw refusal;
            setTheirs(await get(pathOf(space.id)));
        }
    });
    const take = () => { onRead(theirs); setValues(newRoom(theirs.body)); setTheirs(null); clear(); };
    return (
        <>
            {theirs && (
                <Conflict mine={membersOf(values)} theirs={membersOf(newRoom(theirs.body))} labels={roomLabels()} onTheirs={take}
                    onMine={() => { const { etag: newest } = theirs; setTheirs(null); send(newest); }} />
            )}
            <Form className="panel narrow" problem={problem} pointers={POINTERS} onSubmit={() => send(etag)}>
                <RoomFields values={values} change={change} />
                <Submit busy={busy}>{t('common.save')}</Submit>
            </Form>
            {isAdmin() && <ArchiveRoom space={space} etag={etag} onDone={onRead} />}
        </>
    );
}

function Loaded({ id, copy }) {
    const space = useGet(pathOf(id || copy));
    return (
        <Read from={space}>
            {(body) => (copy ? <NewRoom like={body} />
                : <OldRoom key={space.etag} space={body} etag={space.etag} onRead={(answer) => space.set(answer.body, answer.etag)} />)}
        </Read>
    );
}

export function EditRoom({ query }) {
    const id = query.get('id');
    const copy = query.get('copy');
    const actions = id && isAdmin() && <button type="button" className="button" onClick={() => go(href('edit-room', { copy: id }))}>{t('edit_room.copy')}</button>;
    return (
        <Page key={id || copy || ''} title={t(id ? 'edit_room.title' : 'edit_room.new')} actions={actions}>
            {id || copy ? <Loaded id={id} copy={copy} /> : <NewRoom />}
        </Page>
    );
}
