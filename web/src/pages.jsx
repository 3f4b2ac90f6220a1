// The pages by their addresses: who may open each, where it stands in the navigation, and its screen.
import { useEffect, useState } from 'react';
import { Failure, Loading } from './components/states.jsx';
import { Page } from './components/page.jsx';
import { Link } from './components/link.jsx';
import { loadLaterTexts, t, wantLaterTexts } from './i18n.js';
import { BASE } from './router.js';
import { decides, isAdmin, seesAll } from './session.js';
import { Board } from './screens/board.jsx';
import { Find } from './screens/find.jsx';
import { Rooms } from './screens/rooms.jsx';

/* global LATER */
const everybody = () => true;
const looksAfter = () => decides() || seesAll();

/**
 * later: the name of a screen in the file of those that not everybody needs at once. inNavigation: for whom it stands
 * in the navigation, of those who may open it.
 */
export const pages = [
    { name: '', screen: Find, icon: 'search', may: everybody, inNavigation: everybody },
    { name: 'board', screen: Board, icon: 'board', may: everybody, inNavigation: everybody },
    { name: 'mine', later: 'Mine', icon: 'calendar', may: everybody, inNavigation: everybody },
    { name: 'rooms', screen: Rooms, icon: 'room', may: everybody, inNavigation: everybody },
    { name: 'room', later: 'Room', may: everybody },
    { name: 'repeat', later: 'Repeat', may: everybody },
    { name: 'today', later: 'Today', icon: 'house', may: looksAfter, inNavigation: looksAfter },
    // Whom a policy names to decide is not known here: the page itself says if there is nothing to decide.
    { name: 'requests', later: 'Requests', icon: 'ask', may: everybody, inNavigation: decides },
    { name: 'calendar', later: 'Calendar', icon: 'board', may: looksAfter, inNavigation: looksAfter },
    { name: 'policies', later: 'Policies', icon: 'clock', may: seesAll, inNavigation: everybody },
    { name: 'policy', later: 'Policy', may: seesAll },
    { name: 'people', later: 'People', icon: 'people', may: seesAll, inNavigation: everybody },
    { name: 'log', later: 'Log', icon: 'lines', may: looksAfter, inNavigation: looksAfter },
    { name: 'groups', later: 'Groups', may: seesAll },
    { name: 'edit-room', later: 'EditRoom', may: everybody },
    { name: 'import-rooms', later: 'ImportRooms', may: isAdmin },
    { name: 'account', later: 'Account', may: everybody },
];

let loaded = null;
function loadLater() {
    loaded ??= Promise.all([import(BASE + LATER), loadLaterTexts()]).then(([screens]) => screens).catch((error) => { loaded = null; throw error; });
    return loaded;
}

/** Begin to load what a page needs that is loaded later, while it is asked who is signed in. */
export function preload(name) {
    if (!pages.find((one) => one.name === name)?.later) return;
    wantLaterTexts();
    loadLater().catch(() => {});
}

function Lazy({ name, query }) {
    const [state, setState] = useState({});
    const load = () => loadLater().then((screens) => setState({ screens }), () => setState({ failed: true }));
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
    if (page.later) return <Lazy key={key} name={page.later} query={place.query} />;
    const Screen = page.screen;
    return <Screen key={key} query={place.query} />;
}
