// What is said of a room in a few words.
import { has, t } from './i18n.js';

/** A feature's name: the house's own slugs are shown as they are, without hyphens. */
export function featureText(slug) {
    const key = `feature.${slug}`;
    return has(key) ? t(key) : slug.replace(/[-_]/g, ' ');
}

/** "Library, floor 1" */
export function placeText({ name = '', building, floor, room }) {
    // A number that the name has is not said again.
    return [building, floor && t('room.floor', { floor }), room && !name.includes(room) && t('room.number', { room })].filter(Boolean).join(', ') || '–';
}

export function seatsText({ capacity }) {
    // Number and word stay together at the end of a line.
    return capacity === null || capacity === undefined ? '' : t('room.seats', { n: capacity }).replace(' ', '\u00a0');
}
