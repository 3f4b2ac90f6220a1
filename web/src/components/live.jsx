// What a screen reader says aloud although the focus is elsewhere: "7 rooms free".
import { makeStore, useStore } from '../store.js';

const said = makeStore('');

export function announce(text) {
    // The same words again are only read if they were gone before.
    said.set('');
    setTimeout(() => said.set(text), 50);
}

export function Live() {
    return <div className="hidden" role="status" aria-live="polite">{useStore(said)}</div>;
}
