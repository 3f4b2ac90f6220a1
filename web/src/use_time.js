// The time of rooms, for who asks: one question for a screen, asked again while it is looked at. What is free, what could
// be booked and why not, the server says.
import { useEffect, useState } from 'react';
import { get, query } from './api.js';
import { learn } from './places.js';
import { useGet } from './use_api.js';

const EVERY = 30;
// A house that has no rooms yet gets them in a moment.
const EVERY_WHILE_EMPTY = 3;

const isFiltered = (path) => /[?&](space|building|feature|capacityMin)=/.test(path);

/** What useTime() asks. */
export const timePath = (asked) => query('/v1/availability', { ...asked, include: 'space' });

/** How it is read. */
export async function readTime(path, options) {
    const answer = await get(path, options);
    const { items, truncated } = answer.body;
    learn(items.map(({ space }) => space), { isAll: !isFiltered(path), isLarge: truncated });
    return answer;
}

/**
 * @param asked  parameters of GET /v1/availability
 * @return as useGet(): items have a room as space
 */
export function useTime(asked) {
    const path = timePath(asked);
    const [isEmpty, setEmpty] = useState(false);
    const answer = useGet(path, { reader: readTime, every: isEmpty ? EVERY_WHILE_EMPTY : EVERY });
    const count = answer.body?.items.length;
    useEffect(() => { if (count !== undefined) setEmpty(count === 0 && !isFiltered(path)); }, [count, path]);
    return answer;
}
