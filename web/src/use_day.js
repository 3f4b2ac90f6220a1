// A day of rooms, read from the booking service with one question, and again while it is looked at.
import { useMemo } from 'react';
import { query } from './api.js';
import { dayOfRooms } from './free_time.js';
import { addDays, instantOf } from './time.js';
import { useList } from './use_api.js';

/**
 * @param rooms  null: nothing is asked yet
 * @return as useGet(), with items in the place of the body
 */
export function useDay(rooms, date, building, zone) {
    const path = query('/v1/bookings', { building, from: instantOf(`${date}T00:00`, zone), to: instantOf(`${addDays(date, 1)}T00:00`, zone) });
    const bookings = useList(rooms ? path : null, { every: 30 });
    const items = useMemo(() => bookings.body && rooms && dayOfRooms(rooms, bookings.body.items, date), [bookings.body, rooms, date]);
    return { ...bookings, body: items && { items } };
}
