// The day and the building that a page shows, with the rooms of that building.
import { Failure, NoRooms, Read, browserZone, distinct, useDayChoice, useRoomsRead, zonesOf } from 'bookable-kit';

/**
 * @param page  the name of the page, whose address keeps the choice
 * @return as useDayChoice(), with rooms, zones and buildings; rooms is null while they are not there, and problem says why
 */
export function useDayRooms(page, query) {
    const { rooms: known, problem, reload } = useRoomsRead();
    const all = known ? [...known.values()] : [];
    const choice = useDayChoice(page, query, all[0]?.timeZone || browserZone());
    const rooms = known && all.filter((one) => !choice.building || one.building === choice.building);
    const zones = rooms?.length ? zonesOf(rooms) : [choice.zone];
    return { ...choice, rooms, zones, problem, reload, buildings: distinct(all.map((one) => one.building)) };
}

/** What was read of rooms, where there are any. @param read  of useGet() */
export function OfRooms({ choice: { rooms, building, problem, reload }, read, children }) {
    if (!rooms && problem) return <Failure problem={problem} onRetry={reload} />;
    return rooms?.length === 0 ? <NoRooms building={building} /> : <Read from={read}>{children}</Read>;
}
