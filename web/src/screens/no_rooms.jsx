// A house without rooms: what to do about it, for who may.
import { Link } from '../components/link.jsx';
import { Empty } from '../components/states.jsx';
import { t } from '../i18n.js';
import { isAdmin } from '../session.js';
import { Lazy } from '../lazy.jsx';

/**
 * @param building  in which there is none; of the house: nothing
 * @param onMade    called when a sample building is there; or nothing
 */
export function NoRooms({ building, onMade }) {
    if (building) return <Empty title={t('rooms.none_found')} text={t('rooms.none_found_text')} />;
    return (
        <Empty title={t('rooms.none')} text={t(isAdmin() ? 'rooms.none_admin_text' : 'rooms.none_text')}>
            {isAdmin() && <><Lazy name="SampleHouse" onMade={onMade} /><Link to="edit-room" className="button">{t('rooms.add')}</Link><Link to="import-rooms" className="button">{t('rooms.import')}</Link></>}
        </Empty>
    );
}
