// A part of a free stretch, chosen on the board: dragged over with a mouse, or by Shift and the arrows. One at a time; a
// key or a click on the stretch then books just that.
import { useRef, useState } from 'react';
import { announce } from '../components/live.jsx';
import { t } from '../i18n.js';
import { MINUTE, showTime, wallAt } from '../time.js';

// So many pixels are still a click.
const JITTER = 6;

const floor = (time, step, origin) => origin + Math.floor((time - origin) / step) * step;
const stretchAt = (target) => target.closest?.('.free button');
const spanOf = ({ dataset }) => ({ room: dataset.room, from: Number(dataset.from), to: Number(dataset.to) });

/** The time in a free stretch where it is pointed at. */
export function timeAt(button, x) {
    const { from, to } = spanOf(button);
    const box = button.getBoundingClientRect();
    const way = getComputedStyle(button).direction === 'rtl' ? box.right - x : x - box.left;
    return from + Math.min(0.999, Math.max(0, way / (box.width || 1))) * (to - from);
}

/** Between two places of a stretch, whole steps, counted from an origin, and nothing beyond the stretch. */
export function between({ room, from, to }, one, other, { step, origin }) {
    const start = Math.max(from, floor(Math.min(one, other), step, origin));
    return { room, start, end: Math.min(to, Math.max(start + step, floor(Math.max(one, other), step, origin) + step)) };
}

/** What a key makes of it: Shift and an arrow move its end, Control and Shift the whole of it; null if that is no such key. */
export function moved({ room, from, to }, chosen, { key, shiftKey, ctrlKey, isRtl }, step) {
    if (!shiftKey || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return null;
    const by = (key === 'ArrowRight') === !isRtl ? step : -step;
    if (!chosen) return { room, start: from, end: Math.min(to, from + step) };
    const { start, end } = chosen;
    if (!ctrlKey) return { room, start, end: Math.min(to, Math.max(Math.min(to, start + step), end + by)) };
    return start + by < from || end + by > to ? chosen : { room, start: start + by, end: end + by };
}

/**
 * @param grid  {step, origin}: milliseconds of the smallest part, and a time at which one begins
 * @param onBook  called with (id of the room, start, end)
 * @return {chosen, on, key}: chosen is {room, start, end} or null; on, what a table needs; key(event) is true if it was one of these
 */
export function useChosen(grid, zone, onBook) {
    const [chosen, setChosen] = useState(null);
    const drag = useRef(null);
    const choose = (next) => {
        setChosen(next);
        if (next) announce(t('board.chosen', { from: showTime(wallAt(next.start, zone)), to: showTime(wallAt(next.end, zone)), n: Math.round((next.end - next.start) / MINUTE) }));
    };
    const on = {
        onPointerDown(event) {
            const button = stretchAt(event.target);
            drag.current = button && event.pointerType === 'mouse' && event.button === 0 ? { button, x: event.clientX, span: null } : null;
        },
        onPointerMove({ clientX, buttons, pointerId }) {
            const its = drag.current;
            if (!its || !(buttons & 1) || (!its.span && Math.abs(clientX - its.x) < JITTER)) return;
            its.button.setPointerCapture(pointerId);
            its.span = between(spanOf(its.button), timeAt(its.button, its.x), timeAt(its.button, clientX), grid);
            setChosen(its.span);
        },
        // The click that ends a drag books what was dragged over.
        onClickCapture(event) {
            const button = stretchAt(event.target);
            const span = drag.current?.span || (event.detail === 0 && chosen && button && covers(spanOf(button), chosen) ? chosen : null);
            drag.current = null;
            if (!span) { setChosen(null); return; }
            event.stopPropagation();
            onBook(span.room, span.start, span.end);
        },
    };
    const key = (event, isRtl) => {
        if (event.key === 'Escape' && chosen) { setChosen(null); return true; }
        const button = stretchAt(event.target);
        const span = button && spanOf(button);
        const next = span && moved(span, chosen && covers(span, chosen) ? chosen : null, { key: event.key, shiftKey: event.shiftKey, ctrlKey: event.ctrlKey, isRtl }, grid.step);
        if (next) choose(next);
        return Boolean(next);
    };
    return { chosen, on, key };
}

/** Whether what was chosen is in a stretch, still. */
export function covers({ room, from, to }, chosen) { return chosen.room === room && from <= chosen.start && to >= chosen.end; }
