// The pages by their addresses: who may open each, where it stands in the navigation, and its screen.
import { useEffect, useState } from 'react';
import { Failure, Loading } from './components/states.jsx';
import { Page } from './components/page.jsx';
import { Link } from './components/link.jsx';
import { t } from './i18n.js';
import { BASE } from './router.js';
import { isAdmin, seesAll } from './session.js';
import { Account } from './screens/account.jsx';
import { Room } from './screens/room.jsx';
import { Rooms } from './screens/rooms.jsx';

/* global ADMIN */
const everybody = () => true;

/** admin: the name of a screen in the file of the administrators' pages. */
export const pages = [
    { name: '', screen: Rooms, may: everybody },
    { name: 'rooms', screen: Rooms, icon: 'room', may: everybody, inNavigation: true },
    { name: 'room', screen: Room, may: everybody },
    { name: 'policies', admin: 'Policies', icon: 'clock', may: seesAll, inNavigation: true },
    { name: 'policy', admin: 'Policy', may: seesAll },
    { name: 'people', admin: 'People', icon: 'people', may: seesAll, inNavigation: true },
    { name: 'groups', admin: 'Groups', may: seesAll },
    { name: 'edit-room', admin: 'EditRoom', may: everybody },
    { name: 'import-rooms', admin: 'ImportRooms', may: isAdmin },
    { name: 'account', screen: Account, may: everybody },
];

let loaded = null;
function loadAdmin() {
    loaded ??= import(BASE + ADMIN).catch((error) => { loaded = null; throw error; });
    return loaded;
}

function Lazy({ name, query }) {
    const [state, setState] = useState({});
    const load = () => loadAdmin().then((screens) => setState({ screens }), () => setState({ failed: true }));
    useEffect(() => { load(); }, []);
    if (state.failed) return <Failure problem={{ code: 'offline' }} onRetry={load} />;
    if (!state.screens) return <Loading />;
    const Screen = state.screens[name];
    return <Screen query={query} />;
}

function Nowhere({ reason }) {
    return (
        <Page title={t(`nowhere.${reason}`)}>
            <p>{t(`nowhere.${reason}_text`)}</p>
            <p><Link to="">{t('nowhere.home')}</Link></p>
        </Page>
    );
}

export function PageOf({ place }) {
    const page = pages.find((one) => one.name === place.name);
    if (!page) return <Nowhere reason="missing" />;
    if (!page.may()) return <Nowhere reason="forbidden" />;
    const key = `${page.name}?${place.query.get('id') || ''}`;
    if (page.admin) return <Lazy key={key} name={page.admin} query={place.query} />;
    const Screen = page.screen;
    return <Screen key={key} query={place.query} />;
}
