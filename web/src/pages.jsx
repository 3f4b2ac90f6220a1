// The pages by their addresses: who may open each, where it stands in the navigation, and its screen.
import { Page } from './components/page.jsx';
import { Link } from './components/link.jsx';
import { t, wantLaterTexts } from './i18n.js';
import { Lazy, loadLater } from './lazy.jsx';
import { minePath, readMine } from './mine_read.js';
import { roomsAsks } from './rooms_read.js';
import { decides, isAdmin, seesAll } from './session.js';
import { askEarly } from './use_api.js';
import { Board, boardAsks } from './screens/board.jsx';
import { Find, findAsks } from './screens/find.jsx';

const everybody = () => true;
const looksAfter = () => decides() || seesAll();

/**
 * later: the name of a screen in the file of those that not everybody needs at once. inNavigation: for whom it stands
 * in the navigation, of those who may open it. below: which of these it belongs to. asks: [[path, reader]], what it reads, of the query of its address: asked
 * for while the page begins.
 */
export const pages = [
    { name: '', screen: Find, asks: findAsks, icon: 'search', may: everybody, inNavigation: everybody },
    { name: 'board', screen: Board, asks: boardAsks, icon: 'board', may: everybody, inNavigation: everybody },
    { name: 'mine', later: 'Mine', asks: (query) => [[minePath(query), readMine]], icon: 'calendar', may: everybody, inNavigation: everybody },
    { name: 'rooms', later: 'Rooms', asks: roomsAsks, icon: 'room', may: everybody, inNavigation: everybody },
    { name: 'room', later: 'Room', may: everybody, below: 'rooms' },
    { name: 'repeat', later: 'Repeat', may: everybody, below: 'rooms' },
    { name: 'today', later: 'Today', icon: 'house', may: looksAfter, inNavigation: looksAfter },
    // Whom a policy names to decide is not known here: the page itself says if there is nothing to decide.
    { name: 'requests', later: 'Requests', icon: 'ask', may: everybody, inNavigation: decides },
    { name: 'calendar', later: 'Calendar', icon: 'board', may: looksAfter, inNavigation: looksAfter },
    { name: 'policies', later: 'Policies', icon: 'clock', may: seesAll, inNavigation: everybody },
    { name: 'policy', later: 'Policy', may: seesAll, below: 'policies' },
    { name: 'people', later: 'People', icon: 'people', may: seesAll, inNavigation: everybody },
    { name: 'log', later: 'Log', icon: 'lines', may: looksAfter, inNavigation: looksAfter },
    { name: 'groups', later: 'Groups', may: seesAll, below: 'people' },
    // Who manages a room may change it: the service says who does.
    { name: 'edit-room', later: 'EditRoom', may: (query) => isAdmin() || query.has('id'), below: 'rooms' },
    { name: 'import-rooms', later: 'ImportRooms', may: isAdmin, below: 'rooms' },
    { name: 'account', later: 'Account', may: everybody },
];

/**
 * Begin to load what a page needs, while it is asked who is signed in: its file, its texts, its answers.
 * @return a promise that is kept when all is there, or does not come
 */
export function openEarly({ name, query }) {
    const page = pages.find((one) => one.name === name);
    if (page?.later) wantLaterTexts();
    return Promise.all([page?.later && loadLater().catch(() => {}), ...(page?.asks?.(query) || []).map(([path, reader]) => askEarly(path, reader))]);
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
    if (!page.may(place.query)) return <Nowhere reason="forbidden" />;
    const key = `${page.name}?${place.query.get('id') || ''}`;
    if (page.later) return <Lazy key={key} name={page.later} query={place.query} />;
    const Screen = page.screen;
    return <Screen key={key} query={place.query} />;
}
