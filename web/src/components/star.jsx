// Marks a room as one of one's favourites, which come first where rooms are looked for.
import { mark, useFavourites } from '../favourites.js';
import { sentence, t } from '../i18n.js';
import { Icon } from './icon.jsx';
import { toast } from './toasts.jsx';
import { useAction } from './use_action.js';

export function Star({ space }) {
    const isMarked = useFavourites().includes(space.id);
    const [turn, { busy }] = useAction(() => mark(space.id, !isMarked).catch((problem) => toast(sentence(problem), { tone: 'bad' })));
    return (
        <button type="button" className="button bare star" aria-pressed={isMarked} aria-disabled={busy || undefined} aria-label={t('room.favourite', { room: space.name })} title={t('room.favourite_short')} onClick={turn}>
            <Icon name="star" />
        </button>
    );
}
