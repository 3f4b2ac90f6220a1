// A value that many components watch, such as the session or the messages that are shown.
import { useSyncExternalStore } from 'react';

export function makeStore(initial) {
    let value = initial;
    const listeners = new Set();
    return {
        get: () => value,
        set(next) {
            value = typeof next === 'function' ? next(value) : next;
            for (const listener of listeners) listener();
        },
        subscribe(listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
    };
}

export function useStore(store) {
    return useSyncExternalStore(store.subscribe, store.get);
}
