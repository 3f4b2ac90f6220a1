// The rooms that answers of the booking service name by their ids: read once, and kept while the page is open.
import { useEffect } from 'react';
import { list, whenChanged } from './api.js';
import { whenOther } from './session.js';
import { makeStore, useStore } from './store.js';
import { useFreshness } from './use_api.js';

// Seconds between two questions while they are looked at: rooms and rules are seldom changed.
const EVERY = 300;
const NONE = { rooms: null, problem: null };

const known = makeStore(NONE);
let reading = null;
let changes = 0;

// Once more, if something was changed while they were read.
async function read() {
    try {
        let before;
        let rooms;
        do {
            before = changes;
            rooms = await list('/v1/spaces?expand=policy', { most: 2000 });
        } while (before !== changes);
        known.set({ rooms: new Map(rooms.items.map((one) => [one.id, one])), problem: null });
    } catch (problem) {
        known.set((was) => ({ ...was, problem }));
    }
    reading = null;
}

function reload() { reading ??= read(); return reading; }

function forget() {
    changes += 1;
    known.set(NONE);
}

// They are read anew where they are wanted next, once one of them, or their rules, was changed here.
whenChanged((path) => { if (/^\/v1\/(spaces|policies)\b/.test(path)) forget(); });
whenOther(forget);

/** {rooms, problem, reload()}: rooms, a Map by their ids, or null while it is not there. @param isWanted  they are read */
export function useRoomsRead(isWanted = true) {
    const { rooms, problem } = useStore(known);
    useEffect(() => { if (!rooms && !problem && isWanted) reload(); }, [rooms, problem, isWanted]);
    useFreshness(reload, EVERY, isWanted);
    return { rooms, problem, reload };
}

export function useRooms(isWanted) { return useRoomsRead(isWanted).rooms; }

export function nameIn(rooms) { return (id) => rooms?.get(id)?.name || id; }
