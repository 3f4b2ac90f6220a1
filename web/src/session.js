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

// What is kept on this device of who is signed in.
const OF_SOMEBODY = { manages: undefined, places: undefined, favourites: undefined };

// What was read for somebody else, who may see other things, is not used any more.
let last = null;
const forgetters = [];
/** Called before somebody else than the last one is signed in. */
export function whenOther(forget) { forgetters.push(forget); }

function signedIn({ user, capabilities }) {
    if (last !== null && last !== user.id) forgetters.forEach((forget) => forget());
    last = user.id;
    session.set({ state: 'in', user, capabilities: capabilities || {}, expired: false });
    setSettings({ signedIn: true });
}

// Of a session that has only expired the page stays, with what was typed, behind the question who one is.
function expire() {
    session.set({ ...session.get(), state: 'out', expired: true });
    setSettings({ signedIn: undefined });
}

/** @param hasLeft  somebody has signed out: no tab shows more. Else nobody was signed in, as far as this tab knows. */
function signedOut(hasLeft) {
    session.set({ state: 'out', user: null, capabilities: {}, expired: false });
    setSettings({ ...OF_SOMEBODY, signedIn: undefined, ...(hasLeft ? { leftAt: Date.now() } : {}) });
}

whenSignedOut(() => { if (session.get().state === 'in') expire(); });

// Another tab has signed out: this one shows no more either. Or it has found out that the session has ended; or has begun one.
let { leftAt, signedIn: wasIn } = settings.get();
settings.subscribe(() => {
    const { leftAt: left, signedIn: isIn } = settings.get();
    const hasLeft = left !== leftAt;
    const hasCome = isIn && !wasIn;
    leftAt = left;
    wasIn = isIn;
    if (!isIn && session.get().state === 'in') (hasLeft ? signedOut : expire)(false);
    else if (hasCome && session.get().state === 'out') readSession().then(signedIn, () => {});
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

async function readSession() {
    const { body } = await get('/v1/session', { quiet: true });
    const { user } = session.get();
    if (user && user.id !== body.user.id) setSettings(OF_SOMEBODY);
    await learnManages(body);
    return body;
}

export async function loadSession() {
    try {
        signedIn(await readSession());
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
    signedOut(true);
    if (body?.next) window.location.assign(body.next);
}

/** From the question who one is to the way in: that session has ended already, and who leaves needs no network for that. */
export function leave() { return signOut().catch(() => signedOut(true)); }
