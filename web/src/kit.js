// What the pages that are loaded later use of the rest: they are a file of their own, loaded when the first of them is
// opened, and take this from the page that is there (src/lazy/).
export * from './api.js';
export * from './i18n.js';
export * from './rooms_known.js';
export * from './router.js';
export * from './rules.js';
export * from './session.js';
export * from './settings.js';
export * from './store.js';
export * from './time.js';
export * from './use_api.js';
export * from './booking/words.js';
export * from './components/dialog.jsx';
export * from './components/form.jsx';
export * from './components/icon.jsx';
export * from './components/link.jsx';
export * from './components/live.jsx';
export * from './components/page.jsx';
export * from './components/states.jsx';
export * from './components/toasts.jsx';
export * from './components/use_action.js';
export { MoveDialog } from './booking/move_dialog.jsx';
export { ZoneNotice } from './screens/room.jsx';
export { placeText, seatsText } from './screens/room_words.js';
