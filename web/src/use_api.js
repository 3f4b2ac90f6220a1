// What a screen reads: asked for when the screen is shown, again when the window comes back to the front and after
// each change, and kept, as old, while there is no answer.
import { useCallback, useEffect, useRef, useState } from 'react';
import { get, list } from './api.js';
import { session } from './session.js';

const NOTHING = { path: null, body: null, etag: null, problem: null, isLoading: true };

const stateOf = (path, { body, etag }) => ({ path, body, etag, problem: null, isLoading: false });

// What the first screen reads, asked for before the screen is there, by the paths: {answer: a promise, state: of useGet()}.
const early = new Map();

/**
 * Ask for what a screen will read with useGet(): its first question is this one.
 * @return a promise that is kept in any case
 */
export function askEarly(path, reader = get) {
    const one = { answer: reader(path, {}), state: null };
    early.set(path, one);
    return one.answer.then((answer) => { one.state = stateOf(path, answer); }, () => early.delete(path));
}

/** What the first screen has not taken is no answer to what is asked later. */
export function forgetEarly() { early.clear(); }

/**
 * @param path   of the API; null: nothing is asked
 * @param every  seconds between two questions while the window is seen; 0: only when it comes to the front
 * @param reader how it is read: get, or a function of (path, {signal})
 * @return {body, etag, problem, isLoading, reload()}
 */
export function useGet(path, { every = 0, reader = get } = {}) {
    const [state, setState] = useState(() => early.get(path)?.state ?? NOTHING);
    const running = useRef(null);
    const read = useCallback(async (begun) => {
        running.current?.abort();
        if (!path) { setState({ ...NOTHING, isLoading: false }); return; }
        const turn = new AbortController();
        running.current = turn;
        setState((was) => ({ ...was, isLoading: true }));
        try {
            const { body, etag } = await (begun ?? reader(path, { signal: turn.signal }));
            // What has not changed stays the same object: nothing is drawn anew.
            const same = (was) => (etag && was.path === path && was.etag === etag && was.body ? was.body : body);
            if (!turn.signal.aborted) setState((was) => stateOf(path, { body: same(was), etag }));
        } catch (problem) {
            if (!turn.signal.aborted) setState((was) => ({ ...was, path, problem, isLoading: false }));
        }
    }, [path, reader]);
    useEffect(() => {
        const begun = early.get(path);
        early.delete(path);
        setState(begun?.state ?? NOTHING);
        if (!begun?.state) read(begun?.answer);
        return () => running.current?.abort();
    }, [path, read]);
    const load = useCallback(() => read(), [read]);
    useFreshness(load, every, Boolean(path));
    // What was read for another question is not shown as the answer to this one, not even once.
    const isOther = state.path !== null && state.path !== path;
    return { ...(isOther ? NOTHING : state), reload: load };
}

/** Reads again when the window is seen after it was not, when who sees it has signed in anew, and every so many seconds. */
export function useFreshness(load, every, wanted) {
    useEffect(() => {
        if (!wanted) return undefined;
        const look = () => { if (document.visibilityState === 'visible') load(); };
        document.addEventListener('visibilitychange', look);
        let was = session.get().state;
        const stop = session.subscribe(() => {
            const { state } = session.get();
            if (state === 'in' && was === 'out') load();
            was = state;
        });
        const timer = every ? setInterval(look, every * 1000) : null;
        return () => {
            document.removeEventListener('visibilitychange', look);
            stop();
            clearInterval(timer);
        };
    }, [load, every, wanted]);
}

/** How useList() reads. */
export const readAll = async (path, { signal }) => {
    const { items, isMore } = await list(path, { signal });
    return { body: { items, isMore }, etag: null };
};

/** A whole list, all of its pages: {items, isMore}. */
export function useList(path, options) { return useGet(path, { ...options, reader: readAll }); }

/** The value, once it has been the same for some milliseconds. */
export function useSettled(value, milliseconds) {
    const [settled, setSettled] = useState(value);
    const text = JSON.stringify(value);
    useEffect(() => {
        const timer = setTimeout(() => setSettled(value), milliseconds);
        return () => clearTimeout(timer);
        // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [text, milliseconds]);
    return settled;
}
