/** Give the focus back to what had it; if that is gone, to the name of the screen. */
export function focusBack(before) { (before?.isConnected ? before : document.querySelector('h1'))?.focus({ preventScroll: !before?.isConnected }); }
