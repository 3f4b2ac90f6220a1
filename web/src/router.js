// Addresses: the page's folder, one name, and a query string: /book/room?id=lib-101. One level, so that the
// page finds its files beside itself from any address, wherever the folder is.
import { makeStore, useStore } from './store.js';

// The script is in the folder a/ below the page's.
export const BASE = new URL('..', import.meta.url).pathname;

function read() {
    const { pathname, search } = window.location;
    return { name: pathname.startsWith(BASE) ? pathname.slice(BASE.length) : '', query: new URLSearchParams(search) };
}

const place = makeStore(read());
window.addEventListener('popstate', () => place.set(read()));

export function usePlace() { return useStore(place); }
export function placeNow() { return place.get(); }

/** The address of a page: href('room', { id: 'lib-101' }). Values that are empty are left out. */
export function href(name, values = {}) {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(values)) {
        if (value !== undefined && value !== null && value !== '') query.set(key, value);
    }
    const text = query.toString();
    return BASE + name + (text ? `?${text}` : '');
}

/** Go to an address of href(). With replace, Back leaves out the present one. */
export function go(address, { replace = false } = {}) {
    if (address === window.location.pathname + window.location.search) return;
    window.history[replace ? 'replaceState' : 'pushState'](null, '', address);
    place.set(read());
}

/** For onClick of a link: goes there without loading the page anew, unless a new tab is asked for. */
export function follow(event) {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!plain || event.defaultPrevented) return;
    event.preventDefault();
    go(event.currentTarget.getAttribute('href'));
}
