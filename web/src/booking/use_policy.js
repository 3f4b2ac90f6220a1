// The rules of a room, whole, for its form: what they ask for, terms, whether it can be repeated.
import { useGet } from '../use_api.js';

/** @param space  whose policy is whole, an id, or null. @return the policy; null: none, or not read yet */
export function usePolicy(space) {
    const isKnown = typeof space?.policy === 'object' || !space;
    const { body } = useGet(isKnown ? null : `/v1/spaces/${encodeURIComponent(space.id)}?expand=policy`);
    const policy = isKnown ? space?.policy : body?.policy;
    return typeof policy === 'object' ? policy ?? null : null;
}
