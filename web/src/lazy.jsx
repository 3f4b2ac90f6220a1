// What is loaded later than the rest: the file of the screens that not everybody needs at once, with their texts.
import { useEffect, useState } from 'react';
import { Failure, Loading } from './components/states.jsx';
import { loadLaterTexts } from './i18n.js';
import { BASE } from './router.js';

/* global LATER */
let loading = null;
let screens;

export function loadLater() {
    loading ??= Promise.all([import(BASE + LATER), loadLaterTexts()]).then(([all]) => { screens = all; }).catch((error) => { loading = null; throw error; });
    return loading;
}

// Of another release the file has another name: then the whole page is loaded anew.
async function loadedAnew() {
    const { status } = await fetch(BASE + LATER);
    if (status === 404) window.location.reload();
}

/** One of them. @param name  of later/index.js; what else there is goes to it */
export function Lazy({ name, ...rest }) {
    const [isFailed, setFailed] = useState(false);
    const [, setLoaded] = useState(Boolean(screens));
    const load = () => loadLater().then(() => { setFailed(false); setLoaded(true); }, () => { setFailed(true); loadedAnew().catch(() => {}); });
    useEffect(() => { if (!screens) load(); }, []);
    if (isFailed) return <Failure problem={{ code: 'offline' }} onRetry={load} />;
    if (!screens) return <Loading />;
    const Screen = screens[name];
    return <Screen {...rest} />;
}
