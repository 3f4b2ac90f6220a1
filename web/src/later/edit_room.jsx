// A room: a new one, a copy, or one that is there, which nobody's change is lost of.
import { useState } from 'react';
import { Form, Page, Read, Submit, go, href, isAdmin, missing, newKey, patch, post, t, toast, useAction, useGet } from 'bookable-kit';
import { ArchiveRoom } from './archive_room.jsx';
import { Conflict } from './conflict.jsx';
import { RoomFields, changedOf, membersOf, newRoom, useRoomSentences } from './room_fields.jsx';
import { useEdit } from './use_edit.js';

// Without one it would be that of the server.
function needZone({ timeZone }) { if (!timeZone.trim()) throw missing(['/timeZone']); }

const pathOf = (id) => `/v1/spaces/${encodeURIComponent(id)}`;

function NewRoom({ like }) {
    const [values, setValues] = useState(() => newRoom(like));
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    const [key] = useState(newKey);
    const [send, { busy, problem }] = useAction(async () => {
        needZone(values);
        const { body } = await post('/v1/spaces', membersOf(values), { key });
        toast(t('edit_room.made', { name: body.name }));
        go(href('room', { id: body.id }));
    });
    return (
        <Form className="panel narrow" problem={problem} onSubmit={send}>
            <RoomFields values={values} change={change} isNew />
            <Submit busy={busy}>{t('edit_room.make')}</Submit>
        </Form>
    );
}

// What was typed is compared with what was read: only that is sent, so a change of another member survives.
function OldRoom({ read }) {
    const path = pathOf(read.body.id);
    const { base, values, change, busy, problem, conflict, begin, send } = useEdit({
        read, path, valuesOf: newRoom,
        write: async (its, { body: space, etag }) => {
            needZone(its);
            const { body } = await patch(path, changedOf(its, space), etag);
            toast(t('edit_room.saved', { name: body.name }));
            go(href('room', { id: body.id }));
        },
    });
    const fields = useRoomSentences();
    return (
        <>
            {conflict && <Conflict of={conflict} fields={fields} />}
            <Form className="panel narrow" problem={problem} onSubmit={send}>
                <RoomFields values={values} change={change} />
                <Submit busy={busy}>{t('common.save')}</Submit>
            </Form>
            {isAdmin() && <ArchiveRoom space={base.body} etag={base.etag} onDone={begin} />}
        </>
    );
}

function Loaded({ id, copy }) {
    const space = useGet(pathOf(id || copy));
    return (
        <Read from={space}>
            {(body) => (copy ? <NewRoom like={body} />
                : <OldRoom read={{ body, etag: space.etag }} />)}
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
