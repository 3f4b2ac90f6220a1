// A form over something that somebody else may change meanwhile. What was typed stays, whatever is read; of two who change
// the same thing the second is shown what the first did, and what both changed is decided, not written over.
import { useState } from 'react';
import { get, useAction } from 'bookable-kit';

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Theirs, with what one has changed oneself.
 * @param together  names of values that mean something only with each other: [[name, …]]
 */
function mixed(base, mine, theirs, together) {
    const groups = Object.keys(mine).map((name) => together.find((names) => names.includes(name)) || [name]);
    const own = groups.filter((names) => names.some((name) => !isSame(base[name], mine[name]))).flat();
    return { ...theirs, ...Object.fromEntries(own.map((name) => [name, mine[name]])) };
}

/**
 * @param read      {body, etag} that the form begins with
 * @param path      where it is read again; null: it is something new, of which there are no two versions
 * @param valuesOf  the form's values of a body
 * @param write     an asynchronous function of (values, {body, etag}): sends what is other than in the body, of that version
 * @return {base, values, change, setValues, busy, problem, clear, conflict, begin, run, send}: base is what the values are
 *         compared with; clear() takes the problem away; change(name) is a function of a new value; conflict is for <Conflict of>, or null; begin({body, etag}) goes on
 *         with something else; send() writes what is typed, run(values, base) something else
 */
export function useEdit({ read, path, valuesOf, write, together = [] }) {
    const [base, setBase] = useState(read);
    const [values, setValues] = useState(() => valuesOf(read.body));
    const [theirs, setTheirs] = useState(null);
    const [run, { busy, problem, clear }] = useAction(async (its, of) => {
        try {
            await write(its, of);
        } catch (refusal) {
            if (refusal.status !== 412 || !path) throw refusal;
            const { body, etag } = await get(path);
            setTheirs({ body, etag });
        }
    });
    const begin = (answer) => { setBase(answer); setValues(valuesOf(answer.body)); setTheirs(null); clear(); };
    const saveMine = () => {
        const next = mixed(valuesOf(base.body), values, valuesOf(theirs.body), together);
        setBase(theirs);
        setValues(next);
        setTheirs(null);
        run(next, theirs);
    };
    const conflict = theirs && { base: valuesOf(base.body), mine: values, theirs: valuesOf(theirs.body), onMine: saveMine, onTheirs: () => begin(theirs) };
    const change = (name) => (value) => setValues((were) => ({ ...were, [name]: value }));
    return { base, values, change, setValues, busy, problem, clear, conflict, begin, run, send: () => run(values, base) };
}
