// A building to look around in: rooms of three kinds with rules of their own, made by one click in an empty house.
import { Failure, browserZone, post, put, t, toast, useAction } from 'bookable-kit';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'];

// Named in the language of who makes it.
const policies = () => ({
    'study-rooms': {
        name: t('sample.study-rooms'), hours: [{ days: WEEK, from: '08:00', to: '22:00' }, { days: ['sat', 'sun'], from: '10:00', to: '18:00' }],
        length: { min: 30, max: 240, step: 30 }, start: { step: 30, anchor: '00:00' }, horizon: { days: 14 },
        people: { min: 1, enforceCapacity: true },
    },
    'meeting-rooms': {
        name: t('sample.meeting-rooms'), hours: [{ days: WEEK, from: '07:00', to: '20:00' }],
        length: { min: 15, max: 480, step: 15 }, start: { step: 15, anchor: '00:00' }, horizon: { days: 90 },
        people: { min: 1, enforceCapacity: true }, series: { by: ['everyone'], max: 30, weeks: 26 },
    },
    halls: {
        name: t('sample.halls'), hours: [{ days: [...WEEK, 'sat'], from: '08:00', to: '22:00' }], length: { min: 60, max: 840, step: 30 },
        start: { step: 30, anchor: '00:00' }, horizon: { days: 365 }, people: { min: 1, enforceCapacity: true },
        book: [], request: ['everyone'], pendingExpires: 72,
    },
});

const room = (number, name, capacity, policy, features, order) =>
    ({ id: `sample-${number}`, name: t(`sample.${name}`, { n: number }), building: t('sample.house'), floor: number[0], room: number, capacity, policy, features, order });

const rooms = () => [
    room('101', 'group', 4, 'study-rooms', ['whiteboard', 'step-free'], 10),
    room('102', 'group', 4, 'study-rooms', ['whiteboard'], 11),
    room('103', 'group', 6, 'study-rooms', ['screen', 'whiteboard', 'step-free'], 12),
    room('104', 'group', 8, 'study-rooms', ['screen', 'whiteboard'], 13),
    room('105', 'cabin', 1, 'study-rooms', ['step-free'], 14),
    room('201', 'meeting', 6, 'meeting-rooms', ['screen', 'video', 'step-free'], 20),
    room('202', 'meeting', 10, 'meeting-rooms', ['screen', 'video', 'whiteboard'], 21),
    room('203', 'board', 16, 'meeting-rooms', ['screen', 'video', 'step-free'], 22),
    room('204', 'workshop', 20, 'meeting-rooms', ['projector', 'whiteboard', 'step-free'], 23),
    room('001', 'small_hall', 60, 'halls', ['projector', 'microphone', 'step-free'], 30),
    room('002', 'great_hall', 220, 'halls', ['projector', 'microphone', 'stage', 'step-free'], 31),
];

// What is there already stays as it is: of a house that was half made, the rest is made.
async function makePolicy([id, policy]) {
    await put(`/v1/policies/${id}`, policy, { ifNoneMatch: '*' }).catch((problem) => {
        if (problem.status !== 412) throw problem;
    });
}

async function make() {
    for (const one of Object.entries(policies())) await makePolicy(one);
    const timeZone = browserZone();
    const { body } = await post('/v1/spaces/batch', { items: rooms().map((one) => ({ ...one, timeZone })) });
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
