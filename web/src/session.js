// Who is signed in. The session is a cookie that no script can read: what is kept here is only that there is one, so
// that a first visit asks for no session that cannot be there.
import { get, post, request, whenSignedOut } from './api.js';
import { settings, setSettings } from './settings.js';
import { makeStore, useStore } from './store.js';

// state: "unknown", "out", "in"; expired: it was in, and had to sign in again
export const session = makeStore({ state: 'unknown', user: null, capabilities: {}, expired: false });
export const site = makeStore(settings.get().site || null);

export function useSession() { return useStore(session); }
export function useSite() { return useStore(site); }
export function isAdmin() { return session.get().capabilities.mayAdminister === true; }
/** Whether there may be requests for the caller to decide about: administrators, and managers of rooms. */
export function decides() { return isAdmin() || settings.get().manages === session.get().user?.id; }
export function seesAll() { return isAdmin() || session.get().capabilities.mayAudit === true; }

function signedIn({ user, capabilities }) {
    session.set({ state: 'in', user, capabilities: capabilities || {}, expired: false });
    setSettings({ signedIn: true });
}

// Of a session that has only expired the page stays, with what was typed, behind the question who one is.
function signedOut(expired) {
    const { user, capabilities } = session.get();
    session.set(expired ? { state: 'out', user, capabilities, expired } : { state: 'out', user: null, capabilities: {}, expired });
    setSettings(expired ? { signedIn: undefined } : { signedIn: undefined, manages: undefined, places: undefined, favourites: undefined, leftAt: Date.now() });
}

whenSignedOut(() => { if (session.get().state === 'in') signedOut(true); });

// Another tab has signed out: this one shows no more either. Or it has found out that the session has ended.
let leftAt = settings.get().leftAt;
settings.subscribe(() => {
    const hasLeft = settings.get().leftAt !== leftAt;
    leftAt = settings.get().leftAt;
    if (!settings.get().signedIn && session.get().state === 'in') signedOut(!hasLeft);
});

/** The house's name and the ways to sign in. */
export async function loadSite() {
    const { body } = await get('/v1/site');
    setSettings({ site: body });
    site.set(body);
}

// The rooms that somebody looks after are known to the space service alone: it is asked once after each sign-in.
async function learnManages({ user, capabilities }) {
    if (capabilities?.mayAdminister || settings.get().manages !== undefined) return;
    try {
        const { body } = await get('/v1/spaces?manages=me&limit=1', { quiet: true });
        setSettings({ manages: body.items.length ? user.id : null });
    } catch {
        // It is asked again the next time: nobody stays outside for that.
    }
}

export async function loadSession() {
    try {
        const { body } = await get('/v1/session', { quiet: true });
        await learnManages(body);
        signedIn(body);
    } catch (problem) {
        if (problem.code !== 'not-signed-in') throw problem;
        signedOut(false);
    }
}

/** What the page begins with. */
export async function beginSession() {
    if (settings.get().signedIn) await loadSession();
    else signedOut(false);
    if (session.get().state === 'out' || !site.get()) await loadSite();
}

export async function signIn(name, password, persistent) {
    await post('/v1/session', { name, password, cookie: true, persistent });
    await loadSession();
}

/** To the provider, and back to where one is. */
export function signOn(path) {
    // The way back brings a cookie: then it is asked for.
    setSettings({ signedIn: true });
    window.location.assign(`${path}?return=${encodeURIComponent(window.location.pathname + window.location.search)}`);
}

export async function signOut() {
    const { body } = await request('DELETE', '/v1/session', { quiet: true }).catch((problem) => {
        if (problem.code === 'not-signed-in') return { body: null };
        throw problem;
    });
    signedOut(false);
    if (body?.next) window.location.assign(body.next);
}
