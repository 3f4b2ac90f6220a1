// What stands around every page: the house's name, the navigation, who is signed in, and that there is no network.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Icon } from './components/icon.jsx';
import { Link } from './components/link.jsx';
import { toast } from './components/toasts.jsx';
import { useAction } from './components/use_action.js';
import { sentence, t } from './i18n.js';
import { signOut, useSession, useSite } from './session.js';
import { pages } from './pages.jsx';

function subscribeOnline(listener) {
    window.addEventListener('online', listener);
    window.addEventListener('offline', listener);
    return () => {
        window.removeEventListener('online', listener);
        window.removeEventListener('offline', listener);
    };
}

function Offline() {
    const isOnline = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
    return isOnline ? null : <p className="bar-notice" role="alert">{t('frame.offline')}</p>;
}

function Brand() {
    const site = useSite();
    return (
        <Link to="" className="brand">
            {site?.logo ? <img src={site.logo} alt="" height="28" /> : <span className="mark"><Icon name="room" /></span>}
            <span>{site?.name || 'Bookable'}</span>
        </Link>
    );
}

function Navigation({ place }) {
    const above = pages.find((one) => one.name === place.name)?.below;
    const current = ({ name }) => (name === place.name ? 'page' : name === above || undefined);
    return (
        <ul className="navigation">
            {pages.filter((page) => page.inNavigation?.() && page.may()).map((page) => (
                <li key={page.name}>
                    <Link to={page.name} aria-current={current(page)}><Icon name={page.icon} /> {t(`nav.${page.name}`)}</Link>
                </li>
            ))}
        </ul>
    );
}

function Who({ place }) {
    const { user } = useSession();
    const [leave, leaving] = useAction(signOut);
    useEffect(() => { if (leaving.problem) toast(sentence(leaving.problem), { tone: 'bad' }); }, [leaving.problem]);
    return (
        <ul className="who">
            <li><Link to="account" aria-current={place.name === 'account' ? 'page' : undefined}><Icon name="person" /> <span className="name">{user.name}</span></Link></li>
            <li><button type="button" className="button small bare" onClick={leave}>{t('frame.sign_out')}</button></li>
        </ul>
    );
}

export function Frame({ place, children }) {
    const [isOpen, setOpen] = useState(false);
    useEffect(() => setOpen(false), [place]);
    return (
        <>
            <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main').focus(); }}>{t('frame.skip')}</a>
            <header className={isOpen ? 'top open' : 'top'}>
                <Brand />
                <button type="button" className="button small menu" aria-expanded={isOpen} aria-controls="navigation" onClick={() => setOpen(!isOpen)}>
                    {t('frame.menu')}
                </button>
                <nav id="navigation" aria-label={t('frame.navigation')}>
                    <Navigation place={place} />
                    <Who place={place} />
                </nav>
            </header>
            <Offline />
            <main id="main" tabIndex={-1}>{children}</main>
        </>
    );
}
