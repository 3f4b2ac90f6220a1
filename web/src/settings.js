// What is chosen on this device: language, clock, first day of the week, what was searched last.
import { makeStore } from './store.js';

const NAME = 'bookable';

function read() {
    try {
        return JSON.parse(window.localStorage.getItem(NAME)) || {};
    } catch {
        return {};  // none yet, or a browser that keeps nothing
    }
}

export const settings = makeStore(read());

/** Change some; undefined forgets one. */
export function setSettings(some) {
    settings.set({ ...settings.get(), ...some });
    try {
        window.localStorage.setItem(NAME, JSON.stringify(settings.get()));
    } catch {
        // They hold until the page is closed.
    }
}

// Another tab has signed out, or chosen something.
window.addEventListener('storage', (event) => { if (event.key === NAME) settings.set(read()); });
