// The browser's own field for a date or a time. The first of a page takes a browser a quarter of all it has to do until
// something is seen: so what stands in the first frame only looks like it, and is exchanged after it.
import { useRef } from 'react';
import { useDrawn } from '../drawn.js';
import { fieldText } from '../time.js';

/** @param type  "date", "time" */
export function TimeField({ type, value, ...rest }) {
    const isDrawn = useDrawn();
    // Who was quick enough to go into the one is then in the other.
    const isIn = useRef(false);
    if (isDrawn) return <input key="field" {...rest} type={type} value={value} autoFocus={isIn.current} />;
    return <input key="first" readOnly className={`soon-${type}`} value={fieldText(type, value)} onFocus={() => { isIn.current = true; }} onBlur={() => { isIn.current = false; }} />;
}
