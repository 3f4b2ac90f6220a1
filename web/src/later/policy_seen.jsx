// Who sees the room, and what is seen of somebody's booking.
import { Choice, t } from 'bookable-kit';
import { Picker } from './picker.jsx';
import { DETAILS } from './policy_lists.js';
import { KINDS } from './subjects.js';
import { words } from './words.js';

const MORE = ['seeOwner', 'seeTitle', 'seeFull'];
const wrongOf = (text) => words(text).find((word) => !KINDS.who.is(word));
// Whom a policy lets see more are members, whose names are their places.
const pointerOf = (word) => word && `/privacy/${word.replaceAll('~', '~0').replaceAll('/', '~1')}`;

export function Seen({ values, change }) {
    const who = (name, pointer, more = {}) => (
        <Picker key={name} label={t(`policy.${name}`)} pointer={pointer} value={values[name]} onChange={(value) => change(name, value)} {...more} />
    );
    return (
        <>
            {who('see', '/see', { hint: t('policy.see_hint') })}
            <Choice label={t('policy.others')} hint={t('policy.others_hint')} pointer="/privacy/others" value={values.others} onChange={(value) => change('others', value)}
                options={DETAILS.map((one) => [one, t(`policy.detail_${one}`)])} />
            {MORE.map((name) => who(name, pointerOf(wrongOf(values[name])), { optional: true }))}
        </>
    );
}
