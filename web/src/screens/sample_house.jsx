// A building to look around in: rooms of three kinds with rules of their own, made by one click in an empty house.
import { Failure } from '../components/states.jsx';
import { toast } from '../components/toasts.jsx';
import { useAction } from '../components/use_action.js';
import { post, put } from '../api.js';
import { t } from '../i18n.js';
import { browserZone } from '../time.js';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'];

const POLICIES = {
    'study-rooms': {
        name: 'Study rooms', hours: [{ days: WEEK, from: '08:00', to: '22:00' }, { days: ['sat', 'sun'], from: '10:00', to: '18:00' }],
        length: { min: 30, max: 240, step: 30 }, start: { step: 30, anchor: '00:00' }, horizon: { days: 14 },
        people: { min: 1, enforceCapacity: true },
    },
    'meeting-rooms': {
        name: 'Meeting rooms', hours: [{ days: WEEK, from: '07:00', to: '20:00' }],
        length: { min: 15, max: 480, step: 15 }, start: { step: 15, anchor: '00:00' }, horizon: { days: 90 },
        people: { min: 1, enforceCapacity: true }, series: { by: ['everyone'], max: 30, weeks: 26 },
    },
    halls: {
        name: 'Halls', hours: [{ days: [...WEEK, 'sat'], from: '08:00', to: '22:00' }], length: { min: 60, max: 840, step: 30 },
        start: { step: 30, anchor: '00:00' }, horizon: { days: 365 }, people: { min: 1, enforceCapacity: true },
        book: [], request: ['everyone'], pendingExpires: 72,
    },
};

const room = (id, name, floor, number, capacity, policy, features, order) =>
    ({ id, name, building: 'Sample House', floor, room: number, capacity, policy, features, order });

const ROOMS = [
    room('sample-101', 'Group room 101', '1', '101', 4, 'study-rooms', ['whiteboard', 'step-free'], 10),
    room('sample-102', 'Group room 102', '1', '102', 4, 'study-rooms', ['whiteboard'], 11),
    room('sample-103', 'Group room 103', '1', '103', 6, 'study-rooms', ['screen', 'whiteboard', 'step-free'], 12),
    room('sample-104', 'Group room 104', '1', '104', 8, 'study-rooms', ['screen', 'whiteboard'], 13),
    room('sample-105', 'Quiet cabin', '1', '105', 1, 'study-rooms', ['step-free'], 14),
    room('sample-201', 'Meeting room 201', '2', '201', 6, 'meeting-rooms', ['screen', 'video', 'step-free'], 20),
    room('sample-202', 'Meeting room 202', '2', '202', 10, 'meeting-rooms', ['screen', 'video', 'whiteboard'], 21),
    room('sample-203', 'Board room', '2', '203', 16, 'meeting-rooms', ['screen', 'video', 'step-free'], 22),
    room('sample-204', 'Workshop', '2', '204', 20, 'meeting-rooms', ['projector', 'whiteboard', 'step-free'], 23),
    room('sample-001', 'Small hall', '0', '001', 60, 'halls', ['projector', 'microphone', 'step-free'], 30),
    room('sample-002', 'Great hall', '0', '002', 220, 'halls', ['projector', 'microphone', 'stage', 'step-free'], 31),
];

// What is there already stays as it is: of a house that was half made, the rest is made.
async function makePolicy(id) {
    await put(`/v1/policies/${id}`, POLICIES[id], { ifNoneMatch: '*' }).catch((problem) => {
        if (problem.status !== 412) throw problem;
    });
}

async function make() {
    for (const id of Object.keys(POLICIES)) await makePolicy(id);
    const timeZone = browserZone();
    const { body } = await post('/v1/spaces/batch', { items: ROOMS.map((one) => ({ ...one, timeZone })) });
    const refused = body.items.filter(({ status }) => status !== 201 && status !== 409);
    toast(refused.length ? t('sample.partly', { n: body.created }) : t('sample.made', { n: body.created }), { tone: refused.length ? 'bad' : 'good' });
}

/** @param onMade  called when it is there; or nothing */
export function SampleHouse({ onMade = () => {} }) {
    const [run, { busy, problem }] = useAction(async () => { await make(); onMade(); });
    return (
        <>
            {problem && <Failure problem={problem} />}
            <button type="button" className="button primary" aria-disabled={busy || undefined} onClick={run}>{busy ? t('common.sending') : t('sample.make')}</button>
        </>
    );
}
