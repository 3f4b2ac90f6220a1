// Rooms that somebody has marked: of the account, so that they are the same on each device. A copy is kept here, and read
// anew after a sign-in and once in a while, so that no screen has to wait for it.
import { get, patch } from './api.js';
import { session } from './session.js';
import { settings, setSettings } from './settings.js';
import { useStore } from './store.js';

const HOUR = 3600000;
const MOST = 100;
const NONE = [];

const keep = (ids) => setSettings({ favourites: { user: session.get().user?.id, ids, at: Date.now() } });

/** Their ids; none while it is not known. */
export function useFavourites() {
    const { favourites } = useStore(settings);
    return favourites && favourites.user === session.get().user?.id ? favourites.ids : NONE;
}

async function learn() {
    const { favourites } = settings.get();
    if (favourites && favourites.user === session.get().user.id && Date.now() - favourites.at < HOUR) return;
    try {
        keep((await get('/v1/me', { quiet: true })).body.favourites);
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

/** Mark a room, or not any more: in what the account has by now, whatever another device has done to it meanwhile. */
export async function mark(id, isWanted) {
    for (let attempt = 1; ; attempt += 1) {
        const { body, etag } = await get('/v1/me');
        const others = body.favourites.filter((one) => one !== id);
        const ids = isWanted ? [id, ...others].slice(0, MOST) : others;
        try {
            await patch('/v1/me', { favourites: ids }, etag);
            keep(ids);
            return;
        } catch (problem) {
            if (problem.status !== 412 || attempt === 5) throw problem;
        }
    }
}
