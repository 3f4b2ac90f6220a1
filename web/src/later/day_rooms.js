// The day and the building that a page shows, with the rooms of that building.
import { browserZone, useDayChoice, useRooms } from 'bookable-kit';

/** @param page  the name of the page, whose address keeps the choice. @return as useDayChoice(), with rooms and buildings; rooms is null while they are not there */
export function useDayRooms(page, query) {
    const known = useRooms();
    const all = known ? [...known.values()] : [];
    const choice = useDayChoice(page, query, all[0]?.timeZone || browserZone());
    const rooms = known && all.filter((one) => !choice.building || one.building === choice.building);
    return { ...choice, rooms, buildings: [...new Set(all.map((one) => one.building).filter(Boolean))].sort() };
}
