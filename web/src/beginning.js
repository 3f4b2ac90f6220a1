// What the page begins with, all of it asked for at once, and before there is anything to draw with: its texts, who is
// signed in, and, if somebody is likely to be, what the first screen shows.
import { firstLanguages, loadLanguage } from './i18n.js';
import { openEarly } from './pages.jsx';
import { placeNow } from './router.js';
import { beginSession, session } from './session.js';
import { settings } from './settings.js';

// Milliseconds that a screen whose answers are still to come is not drawn: most come by then, and it is drawn but once.
const PATIENCE = 100;

const patience = () => new Promise((end) => { setTimeout(end, PATIENCE); });

/** @return {isReady, problem}: one of them */
export async function begin() {
    const screen = settings.get().signedIn ? openEarly(placeNow()) : null;
    try {
        await Promise.all([loadLanguage(firstLanguages()), beginSession()]);
        if (screen && session.get().state === 'in') await Promise.race([screen, patience()]);
        return { isReady: true, problem: null };
    } catch (problem) {
        return { isReady: false, problem };
    }
}

export const first = begin();
