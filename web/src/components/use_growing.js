import { useEffect, useState } from 'react';
import { afterFrame } from '../after_frame.js';

const MORE = 40;
// Pixels of a window that what stands above a list takes at least.
const ABOVE = 200;

const inWindow = (size, columns) => Math.max(1, Math.ceil((window.innerHeight - ABOVE) / size)) * columns;

/**
 * How many of a long list are drawn: those that are seen at first, and the others when these are seen, so that a large
 * house is there at once. All of them are in the end, for paper, for the search of the browser, for the keys.
 *
 * @param size     pixels that one of them is high, at least
 * @param columns  how many stand beside each other
 */
export function useGrowing(length, size, columns = 1) {
    const [count, setCount] = useState(() => inWindow(size, columns));
    useEffect(() => (count < length ? afterFrame(() => setCount((was) => was + MORE)) : undefined), [count, length]);
    return count;
}
