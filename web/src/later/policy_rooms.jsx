// The rooms that have these rules: whom a change is about.
import { Link, Read, t } from 'bookable-kit';

const SHOWN = 6;

/** @param rooms  an answer of GET /v1/spaces, as useGet() says it */
export function PolicyRooms({ id, rooms }) {
    return (
        <section className="panel aside" aria-labelledby="its-rooms">
            <h2 id="its-rooms">{t('policy.rooms')}</h2>
            <Read from={rooms}>
                {({ items, next }) => (items.length === 0 ? <p className="quiet">{t('policy.effect_no_room')}</p> : (
                    <>
                        <ul className="sentences">{items.slice(0, SHOWN).map((room) => <li key={room.id}><Link to="room" values={{ id: room.id }}>{room.name}</Link></li>)}</ul>
                        {items.length > SHOWN && <p><Link to="rooms" values={{ policy: id }}>{t('policy.all_rooms', { n: next ? `${items.length}+` : items.length })}</Link></p>}
                    </>
                ))}
            </Read>
        </section>
    );
}
