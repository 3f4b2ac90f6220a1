// The keys of the board: left and right to the next stretch, up and down to the room above and below at the same time,
// Home and End to the ends of a row, Control with them to the first and last room, Page Up and Down to another day.

const buttons = (row) => [...row.querySelectorAll('td button')];

// The stretch of a row that is nearest to a place on the screen.
function nearest(row, x) {
    let best = null;
    for (const button of buttons(row)) {
        const { left, right } = button.getBoundingClientRect();
        const distance = x < left ? left - x : Math.max(0, x - right);
        if (!best || distance < best.distance) best = { button, distance };
    }
    return best?.button;
}

function rowBeside(row, step) {
    let next = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    while (next && buttons(next).length === 0) next = step < 0 ? next.previousElementSibling : next.nextElementSibling;
    return next;
}

function target(table, event) {
    const rows = [...table.tBodies[0].rows].filter((row) => buttons(row).length);
    const here = document.activeElement.closest('td');
    if (!here || rows.length === 0) return undefined;
    const row = here.parentElement;
    const all = buttons(row);
    const place = all.indexOf(document.activeElement);
    const box = document.activeElement.getBoundingClientRect();
    const isRight = getComputedStyle(table).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    switch (event.key) {
    case 'ArrowRight': case 'ArrowLeft': return all[place + (event.key === isRight ? 1 : -1)];
    case 'ArrowUp': case 'ArrowDown': {
        const beside = rowBeside(row, event.key === 'ArrowUp' ? -1 : 1);
        return beside && nearest(beside, box.left + 2);
    }
    case 'Home': return event.ctrlKey ? buttons(rows[0])[0] : all[0];
    case 'End': return event.ctrlKey ? buttons(rows.at(-1)).at(-1) : all.at(-1);
    default: return undefined;
    }
}

const KEYS = ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'Home', 'End'];

/** Of all stretches Tab stops at one: at the one that has the focus, had it last, or is the first. */
export function oneStop(table, focused) {
    const stops = [...table.querySelectorAll('td button[tabindex="0"]')];
    const next = focused?.closest?.('td') ? focused : stops[0] || table.querySelector('td button');
    for (const one of stops) if (one !== next) one.tabIndex = -1;
    if (next) next.tabIndex = 0;
}

export function moveIn(table, event, onDay) {
    if (event.altKey || event.metaKey) return;
    if (event.key === 'PageUp' || event.key === 'PageDown') {
        event.preventDefault();
        onDay(event.key === 'PageUp' ? -1 : 1);
        return;
    }
    if (!KEYS.includes(event.key)) return;
    event.preventDefault();
    const next = target(table, event);
    next?.focus();
    next?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
