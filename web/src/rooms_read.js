// How the rooms are read that an address asks for.
import { get, query as withQuery } from './api.js';
import { readAll } from './use_api.js';

export const ROOM_FILTERS = ['q', 'building', 'capacityMin', 'feature', 'state', 'policy'];

/** What there is to choose from. */
export const ROOM_FACETS = '/v1/spaces/facets';

export const roomFilters = (query) => Object.fromEntries(ROOM_FILTERS.map((name) => [name, query.get(name) || '']));

export const roomsPath = (filters) => withQuery('/v1/spaces', filters);

export const roomsAsks = (query) => [[ROOM_FACETS, get], [roomsPath(roomFilters(query)), readAll]];
