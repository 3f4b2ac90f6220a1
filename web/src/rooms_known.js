// The rooms that answers of the booking service name by their ids: read once, and kept while the page is open.
import { useEffect } from 'react';
import { list, whenChanged } from './api.js';
import { makeStore, useStore } from './store.js';

const known = makeStore(null);
let reading = null;
let changes = 0;

// Once more, if something was changed while they were read.
async function read() {
    let before;
    let rooms;
    do {
        before = changes;
        rooms = await list('/v1/spaces?expand=policy', { most: 2000 });
    } while (before !== changes);
    known.set(new Map(rooms.items.map((one) => [one.id, one])));
    reading = null;
}

// They are read anew where they are wanted next, once one of them, or their rules, was changed here.
whenChanged((path) => {
    if (!/^\/v1\/(spaces|policies)\b/.test(path)) return;
    changes += 1;
    known.set(null);
});

/** A Map of the rooms by their ids; null while it is not there. @param isWanted  they are read */
export function useRooms(isWanted = true) {
    const rooms = useStore(known);
    useEffect(() => {
        if (rooms || !isWanted) return;
        reading ??= read().catch(() => { reading = null; });
    }, [rooms, isWanted]);
    return rooms;
}

export function nameIn(rooms) { return (id) => rooms?.get(id)?.name || id; }
