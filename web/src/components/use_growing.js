import { useEffect, useState } from 'react';

const MORE = 40;

/**
 * How many of a long list are drawn: those that are seen first at once, and the others when there is time, so that a large
 * house is there at once. All of them are in the end, for paper, for the search of the browser, for the keys.
 */
export function useGrowing(length, first) {
    const [count, setCount] = useState(first);
    useEffect(() => {
        if (count >= length) return undefined;
        const timer = setTimeout(() => setCount((was) => was + MORE), 0);
        return () => clearTimeout(timer);
    }, [count, length]);
    return count;
}
