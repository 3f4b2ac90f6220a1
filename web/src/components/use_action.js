// A button's or a form's work: one at a time, with what the server said to it.
import { useCallback, useRef, useState } from 'react';

/**
 * @param work  an asynchronous function
 * @return [run, {busy, problem, clear}]: run() passes its arguments, and does nothing while it is at work
 */
export function useAction(work) {
    const [state, setState] = useState({ busy: false, problem: null });
    const isBusy = useRef(false);
    const latest = useRef(work);
    latest.current = work;
    const run = useCallback(async (...args) => {
        if (isBusy.current) return undefined;
        isBusy.current = true;
        setState({ busy: true, problem: null });
        try {
            const result = await latest.current(...args);
            setState({ busy: false, problem: null });
            return result;
        } catch (problem) {
            const isAnswer = Boolean(problem.code);
            setState({ busy: false, problem: isAnswer ? problem : null });
            if (!isAnswer) throw problem;
            return undefined;
        } finally {
            isBusy.current = false;
        }
    }, []);
    const clear = useCallback(() => setState({ busy: false, problem: null }), []);
    return [run, { ...state, clear }];
}
