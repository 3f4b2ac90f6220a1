import { Icon } from './icon.jsx';
import { join, t } from '../i18n.js';
import { at, browserZone, dateOf, instantOf, showDate, showSpan, wallAt } from '../time.js';

// A zone has several names, and browsers say different ones: Asia/Kolkata, Asia/Calcutta.
function sameZone(zone) {
    try {
        return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
    } catch {
        return zone;  // newer than the browser
    }
}

const isHere = (zone) => zone === browserZone() || sameZone(zone) === sameZone(browserZone());

/** What a time of a room is on the clock of this device, if that is another one. @param span  {start, end}, wall times */
export function HereToo({ span, zone }) {
    if (!zone || isHere(zone)) return null;
    const [from, to] = [span.start, span.end].map((wall) => wallAt(at(instantOf(wall, zone)), browserZone()));
    const day = dateOf(from) === dateOf(span.start) ? '' : `${showDate(dateOf(from))}, `;
    return <p className="hint">{t('book.here', { span: day + showSpan(from, to) })}</p>;
}

/** The zones of rooms, each once. */
export function zonesOf(spaces) { return [...new Set(spaces.map(({ timeZone }) => timeZone).filter(Boolean))]; }

/**
 * All times are the room's: said where the clock on this device is another one.
 * @param zone  or several
 * @param text  the key of what is said
 */
export function ZoneNotice({ zone, text = 'common.zone' }) {
    const zones = [zone].flat().filter(Boolean);
    if (zones.every(isHere)) return null;
    return <p className="notice"><Icon name="clock" /> {t(text, { zone: join(zones.map((one) => one.replace(/_/g, ' '))) })}</p>;
}
