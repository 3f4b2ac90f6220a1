// What answers have said of the house: names of rooms by their ids, and what can be chosen where rooms are asked for:
// buildings, features, the clock. It is kept on this device, so that a page that begins with one building knows the others.
import { nameIn, useRooms } from './rooms_known.js';
import { settings, setSettings } from './settings.js';
import { whenOther } from './session.js';
import { makeStore, useStore } from './store.js';

const names = makeStore(new Map());
whenOther(() => names.set(new Map()));

/** Each of some texts once, in the order of the alphabet. */
export const distinct = (texts) => [...new Set(texts.filter(Boolean))].sort((one, other) => one.localeCompare(other));
const NONE = { buildings: [], features: [], zone: null, isLarge: false };

/** @return {buildings, features, zone, isLarge}: zone may be null; isLarge: there are more rooms than one answer has */
export function usePlaces() { return useStore(settings).places || NONE; }
export function placesNow() { return settings.get().places || NONE; }

/**
 * @param spaces   objects, as an answer has them
 * @param isAll    nothing but the bound of an answer left out any
 * @param isLarge  the bound of an answer of availability does
 * @param isWhole  these are all rooms
 */
export function learn(spaces, { isAll, isLarge, isWhole = isAll && !isLarge }) {
    names.set((known) => new Map([...known, ...spaces.map(({ id, name }) => [id, name])]));
    const old = (!isWhole && settings.get().places) || NONE;
    const places = {
        buildings: distinct([...old.buildings, ...spaces.map(({ building }) => building)]),
        features: distinct([...old.features, ...spaces.flatMap(({ features }) => features)]),
        zone: spaces[0]?.timeZone || old.zone, isLarge: isAll ? isLarge : old.isLarge,
    };
    if (JSON.stringify(places) !== JSON.stringify(settings.get().places)) setSettings({ places });
}

/** A function: the name of a room by its id. All rooms are read once if one of these was in no answer so far. */
export function useRoomNames(ids) {
    const known = useStore(names);
    const rooms = useRooms(ids.some((id) => !known.has(id)));
    return (id) => known.get(id) || nameIn(rooms)(id);
}
