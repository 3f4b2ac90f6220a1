// Rooms that somebody has marked: of the account, so that they are the same on each device. A copy is kept here, and read
// anew after a sign-in and once in a while, so that no screen has to wait for it.
import { get, patch } from './api.js';
import { session } from './session.js';
import { settings, setSettings } from './settings.js';
import { useStore } from './store.js';

const HOUR = 3600000;
const MOST = 100;
const NONE = [];

// Of who asked, and nobody else who has signed in meanwhile.
const keep = (user, ids) => { if (session.get().user?.id === user) setSettings({ favourites: { user, ids, at: Date.now() } }); };

/** Their ids; none while it is not known. */
export function useFavourites() {
    const { favourites } = useStore(settings);
    return favourites && favourites.user === session.get().user?.id ? favourites.ids : NONE;
}

async function learn() {
    const { favourites } = settings.get();
    const { id } = session.get().user;
    if (favourites && favourites.user === id && Date.now() - favourites.at < HOUR) return;
    try {
        keep(id, (await get('/v1/me', { quiet: true })).body.favourites);
    } catch {
        // It is asked again the next time.
    }
}

let was = null;
session.subscribe(() => {
    const { state } = session.get();
    if (state === 'in' && was !== 'in') learn();
    was = state;
});

// In what the account has by now, whatever another device has done to it meanwhile.
async function markNow(id, isWanted) {
    const user = session.get().user?.id;
    for (let attempt = 1; ; attempt += 1) {
        const { body, etag } = await get('/v1/me');
        const others = body.favourites.filter((one) => one !== id);
        const ids = isWanted ? [id, ...others].slice(0, MOST) : others;
        try {
            await patch('/v1/me', { favourites: ids }, etag);
            keep(user, ids);
            return;
        } catch (problem) {
            if (problem.status !== 412 || attempt === 5) throw problem;
        }
    }
}

// One after the other: what is kept here is what the account has after the last of them.
let marking = Promise.resolve();

/** Mark a room, or not any more. */
export function mark(id, isWanted) {
    const its = marking.then(() => markNow(id, isWanted));
    marking = its.catch(() => {});
    return its;
}
