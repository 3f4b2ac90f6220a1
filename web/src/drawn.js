// Whether the first frame of the page has been seen: what takes long to make, and is not what somebody has come for, waits
// for it.
import { afterFrame } from './after_frame.js';
import { makeStore, useStore } from './store.js';

const drawn = makeStore(false);

/** What is drawn by now is the first frame. Styles see it by a class of the root. */
export function firstFrame() {
    afterFrame(() => {
        document.documentElement.classList.add('drawn');
        drawn.set(true);
    });
}

export function useDrawn() { return useStore(drawn); }
