// What the server would say to a booking that is being typed: asked when the typing pauses, and never twice at once.
import { useEffect, useState } from 'react';
import { post } from '../api.js';
import { useSettled } from '../use_api.js';

const PAUSE = 300;

/** @param body  of the POST; null: nothing to ask. @return {booking, problem, isFor}: isFor is the body that it is about */
export function useDryRun(body) {
    const settled = useSettled(body, PAUSE);
    const [state, setState] = useState({ booking: null, problem: null, isFor: null });
    const text = JSON.stringify(settled);
    useEffect(() => {
        if (!settled) return undefined;
        const turn = new AbortController();
        post('/v1/bookings?dryRun=true', settled, { signal: turn.signal }).then(
            (answer) => setState({ booking: answer.body, problem: null, isFor: text }),
            (problem) => { if (problem.code !== 'aborted') setState({ booking: null, problem, isFor: text }); },
        );
        return () => turn.abort();
        // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [text]);
    return state;
}
