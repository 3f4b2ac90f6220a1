import { Icon } from './icon.jsx';
import { join, t } from '../i18n.js';
import { browserZone } from '../time.js';

// A zone has several names, and browsers say different ones: Asia/Kolkata, Asia/Calcutta.
function sameZone(zone) {
    try {
        return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
    } catch {
        return zone;  // newer than the browser
    }
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
    const here = browserZone();
    if (zones.every((one) => one === here || sameZone(one) === sameZone(here))) return null;
    return <p className="notice"><Icon name="clock" /> {t(text, { zone: join(zones.map((one) => one.replace(/_/g, ' '))) })}</p>;
}
