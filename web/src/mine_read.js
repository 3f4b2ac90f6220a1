// How one's bookings are read.
import { list, query } from './api.js';

/** How far back past ones are read. */
export const PAST_DAYS = 90;
const minute = (time) => new Date(Math.floor(time / 60000) * 60000).toISOString().replace(/\.\d+/, '');

/** Which of them an address wants, "next" or "past": the path of useGet(). */
export const minePath = (asked) => (asked.get('when') === 'past' ? 'past' : 'next');

// The question is asked anew each time, for "now" is another then.
export const readMine = async (when, options) => {
    const past = when === 'past';
    const now = Date.now();
    const path = query('/v1/bookings', {
        user: 'me', include: 'space', sort: past ? '-start' : 'start',
        state: past ? 'confirmed,cancelled,rejected,released,expired' : 'confirmed,pending,rejected,expired',
        from: minute(past ? now - PAST_DAYS * 86400000 : now), to: past ? minute(now) : undefined,
    });
    return { body: await list(path, { most: 2000, ...options }), etag: null };
};
