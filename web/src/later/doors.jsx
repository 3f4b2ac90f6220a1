// What is put up at the door of each room: a sheet of paper a room, with its day or its week. Everybody reads it there,
// so it says no more than the rules of the room say to everybody.
import { addDays, placeText, seatsText, showDay, t } from 'bookable-kit';
import { onDay, spanOn, whatOf } from './entries.js';

const SHOWN = ['title', 'full'];

function publicText(entry, room) {
    if (entry.kind === 'closure') return entry.closure.public ? whatOf(entry) : t('day.closed');
    const others = room.policy?.privacy?.others;
    return !entry.booking.private && SHOWN.includes(others) && entry.title ? entry.title : t('today.taken');
}

function Sheet({ room, entries, dates }) {
    return (
        <section className="panel door" aria-labelledby={`door-${room.id}`}>
            <h2 id={`door-${room.id}`}>{room.name}</h2>
            <p className="quiet">{[placeText(room), seatsText(room)].filter(Boolean).join(' · ')}</p>
            {dates.map((date) => {
                const its = onDay(entries, date, room.timeZone);
                return (
                    <div key={date}>
                        <h3>{showDay(date)}</h3>
                        {its.length === 0 ? <p className="quiet">{t('today.nothing')}</p> : (
                            <ul className="rows">{its.map((one) => <li key={one.key}><span className="booking-time">{spanOn(date, one)}</span> <span className="grow">{publicText(one, room)}</span></li>)}</ul>
                        )}
                    </div>
                );
            })}
        </section>
    );
}

export function Doors({ rooms, entries, date, days }) {
    const dates = Array.from({ length: days }, (none, i) => addDays(date, i));
    return <div className="doors">{rooms.map((room) => <Sheet key={room.id} room={room} entries={entries.get(room.id) || []} dates={dates} />)}</div>;
}
