// What the server would say to a form that is being filled in: asked when the typing pauses, and never twice at once.
import { useEffect, useState } from 'react';
import { patch, post } from '../api.js';
import { useSettled } from '../use_api.js';

const PAUSE = 300;

/**
 * @param body  of the POST; null: nothing to ask
 * @param path  where it would be sent
 * @param turn  another one asks the same again
 * @param isChange  it would be a PATCH of what is there, in whatever version
 * @return {answer, problem, isFor}: isFor is the body that it is about
 */
export function useDryRun(body, path = '/v1/bookings', turn = 0, isChange = false) {
    const settled = useSettled(body, PAUSE);
    const [state, setState] = useState({ answer: null, problem: null, isFor: null });
    const text = JSON.stringify(settled);
    useEffect(() => {
        if (!settled) return undefined;
        const stop = new AbortController();
        const asked = `${path}?dryRun=true`;
        const its = { signal: stop.signal };
        (isChange ? patch(asked, settled, '*', its) : post(asked, settled, its)).then(
            (answer) => setState({ answer: answer.body, problem: null, isFor: text }),
            (problem) => { if (problem.code !== 'aborted') setState({ answer: null, problem, isFor: text }); },
        );
        return () => stop.abort();
        // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [text, path, turn, isChange]);
    return state;
}
