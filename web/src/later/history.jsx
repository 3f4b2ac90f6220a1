// What happened to one booking, from its beginning.
import { Dialog, Read, nameIn, t, useGet, useRooms, whyText } from 'bookable-kit';
import { eventText, timeText, viaText } from './event_words.js';
import { useNames } from './people_known.js';

export function HistoryDialog({ booking, onClose }) {
    const history = useGet(`/v1/bookings/${encodeURIComponent(booking)}/history`);
    const names = { roomOf: nameIn(useRooms()), nameOf: useNames() };
    return (
        <Dialog title={t('log.history')} onClose={onClose} wide>
            <Read from={history}>
                {({ items }) => (
                    <ol className="history">
                        {items.map((event) => (
                            <li key={event.version}>
                                <span className="quiet block">{timeText(event)}{viaText(event) && ` · ${viaText(event)}`}</span>
                                {eventText(event, names)}
                                {event.reason && <span className="block">{t('log.because', { reason: event.reason })}</span>}
                                {event.overridden?.length > 0 && <span className="block quiet">{t('log.overridden', { rules: event.overridden.map((rule) => whyText(rule)).join(', ') })}</span>}
                            </li>
                        ))}
                    </ol>
                )}
            </Read>
        </Dialog>
    );
}
