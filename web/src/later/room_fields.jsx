// The fields of a room, and how they are read from the API and written to it.
import { Choice, Count, Lines, Text, browserZone, featureText, isAdmin, t, useList } from 'bookable-kit';
import { counted, listed, quoted } from './conflict.jsx';
import { Picker } from './picker.jsx';
import { KINDS, useSubjectNames } from './subjects.js';
import { words } from './words.js';

const NEW = { id: '', name: '', building: '', floor: '', room: '', description: '', capacity: null, timeZone: '', features: '', policy: '', managers: '', order: null };
const ADMINS = ['policy', 'managers'];

/** What the form begins with; of another room all but its id and name. */
export function newRoom(like) {
    if (!like) return { ...NEW, timeZone: browserZone() };
    const texts = Object.fromEntries(Object.keys(NEW).map((name) => [name, like[name] ?? '']));
    return { ...texts, capacity: like.capacity, order: like.order, features: like.features.join(' '), managers: like.managers.join(' ') };
}

/** The members of a request; those that only administrators may set are theirs. */
export function membersOf(values) {
    const text = (name) => values[name].trim() || null;
    const members = {
        id: text('id'), name: values.name.trim(), building: text('building'), floor: text('floor'), room: text('room'), description: text('description'),
        capacity: values.capacity, order: values.order ?? 0, timeZone: text('timeZone'), features: words(values.features), policy: text('policy'), managers: words(values.managers),
    };
    if (!members.id) delete members.id;
    if (!isAdmin()) ADMINS.forEach((name) => delete members[name]);
    return members;
}

/** Those members that are not as they were read. */
export function changedOf(values, space) {
    const were = membersOf(newRoom(space));
    const are = membersOf(values);
    return Object.fromEntries(Object.entries(are).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(were[name])));
}

/** How what is in the form is said: of Conflict. */
export function useRoomSentences() {
    const nameOf = useSubjectNames(KINDS.managers);
    const show = { capacity: counted, order: (n) => String(n ?? 0), managers: (text) => listed(words(text).map(nameOf)), features: (text) => listed(words(text).map(featureText)) };
    return ['name', 'building', 'floor', 'room', 'capacity', 'order', 'features', 'description', 'timeZone', 'policy', 'managers']
        .map((name) => [t(`edit_room.${name}`), (values) => (show[name] || quoted)(values[name])]);
}

function Rules({ values, change }) {
    const policies = useList('/v1/policies');
    const options = (policies.body?.items || []).map(({ id, name }) => [id, name]);
    const known = options.some(([id]) => id === values.policy) || !values.policy;
    return (
        <Choice label={t('edit_room.policy')} hint={t('edit_room.policy_hint')} pointer="/policy" value={values.policy} onChange={change('policy')}
            options={[['', t('rooms.no_rules')], ...options, ...(known ? [] : [[values.policy, values.policy]])]} />
    );
}

export function RoomFields({ values, change, isNew = false }) {
    const text = (name, more = {}) => <Text label={t(`edit_room.${name}`)} pointer={`/${name}`} value={values[name]} onChange={change(name)} {...more} />;
    return (
        <>
            {text('name', { required: true, maxLength: 200 })}
            {isNew && text('id', { optional: true, hint: t('edit_room.id_hint'), maxLength: 128 })}
            <div className="fields">
                {text('building', { optional: true })}
                {text('floor', { optional: true, className: 'short' })}
                {text('room', { optional: true, className: 'short' })}
            </div>
            <div className="fields">
                <Count label={t('edit_room.capacity')} pointer="/capacity" optional min="0" value={values.capacity} onChange={change('capacity')} className="short" />
                <Count label={t('edit_room.order')} hint={t('edit_room.order_hint')} pointer="/order" optional value={values.order} onChange={change('order')} className="short" />
            </div>
            {text('features', { optional: true, hint: t('edit_room.features_hint') })}
            <Lines label={t('edit_room.description')} pointer="/description" optional value={values.description} onChange={change('description')} />
            {text('timeZone', { hint: t('edit_room.timeZone_hint') })}
            {isAdmin() && <Rules values={values} change={change} />}
            {isAdmin() && <Picker label={t('edit_room.managers')} hint={t('edit_room.managers_hint')} pointer="/managers" optional kind="managers" value={values.managers} onChange={change('managers')} />}
        </>
    );
}
