// How the rooms are read that an address asks for. What they say of the house can be chosen from later.
import { query as withQuery } from './api.js';
import { learn } from './places.js';
import { readAll } from './use_api.js';

// More than one answer of availability has.
const LARGE = 200;

export const ROOM_FILTERS = ['q', 'building', 'capacityMin', 'feature', 'state', 'policy'];

// What is no number of seats is not asked for.
const countOf = (text) => (/^[1-9]\d{0,5}$/.test(text) ? text : '');

export const roomFilters = (query) => {
    const filters = Object.fromEntries(ROOM_FILTERS.map((name) => [name, query.get(name) || '']));
    return { ...filters, capacityMin: countOf(filters.capacityMin) };
};

export const roomsPath = (filters) => withQuery('/v1/spaces', { ...filters, capacityMin: countOf(filters.capacityMin) });

export async function readRooms(path, options) {
    const answer = await readAll(path, options);
    const { items, isMore } = answer.body;
    const isAll = !path.includes('?');
    learn(items, { isAll, isLarge: items.length > LARGE, isWhole: isAll && !isMore });
    return answer;
}

export const roomsAsks = (query) => [[roomsPath(roomFilters(query)), readRooms]];
