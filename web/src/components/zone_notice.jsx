import { Icon } from './icon.jsx';
import { t } from '../i18n.js';
import { browserZone } from '../time.js';

/** All times are the room's: said where the clock on this device is another one. */
export function ZoneNotice({ zone }) {
    if (!zone || zone === browserZone()) return null;
    return <p className="notice"><Icon name="clock" /> {t('common.zone', { zone: zone.replace(/_/g, ' ') })}</p>;
}
