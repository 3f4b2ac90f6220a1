// Pictures of 20 × 20, drawn with the text's colour. They never stand alone for a word.
const SHAPES = {
    add: 'M10 4v12M4 10h12',
    ask: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM8 8.2a2 2 0 1 1 2.9 1.7c-.6.3-.9.7-.9 1.4M10 13.6v.2',
    board: 'M3 5h14v11H3zM3 9h14M8 5v11M13 5v11',
    calendar: 'M4 5h12v11H4zM4 8.5h12M7 3v3M13 3v3',
    check: 'M4.5 10.5l3.5 3.5 7.5-8',
    clock: 'M10 6v4.2l2.8 1.8M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14z',
    close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
    closed: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM5.2 5.2l9.6 9.6',
    down: 'M5.5 8l4.5 4.5L14.5 8',
    house: 'M3 9.5L10 3.5l7 6M5 8v8.5h10V8M8.5 16.5v-4h3v4',
    left: 'M12 5l-5 5 5 5',
    less: 'M4 10h12',
    lines: 'M4 5.5h12M4 10h12M4 14.5h8',
    people: 'M7.5 9.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM2.8 16c0-2.6 2-4.3 4.7-4.3s4.7 1.7 4.7 4.3M13 4.6a2.4 2.4 0 0 1 0 4.7M14 11.9c1.9.4 3.2 1.9 3.2 4.1',
    person: 'M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4.5 16.5c0-3 2.3-5 5.5-5s5.5 2 5.5 5',
    print: 'M6 8V3.5h8V8M6 14H3.5V8h13v6H14M6 12h8v5H6z',
    repeat: 'M4 9a5 5 0 0 1 5-4h6M12.5 2.5L15 5l-2.5 2.5M16 11a5 5 0 0 1-5 4H5M7.5 17.5L5 15l2.5-2.5',
    right: 'M8 5l5 5-5 5',
    room: 'M4 17V4.5L12 3v14M12 5.5h4V17M2.5 17h15M9 10v.5',
    search: 'M9 4a5 5 0 1 1 0 10A5 5 0 0 1 9 4zM13 13l3.5 3.5',
    star: 'M10 3l2.2 4.6 5 .7-3.6 3.5.9 5-4.5-2.4-4.5 2.4.9-5L2.8 8.3l5-.7z',
    warning: 'M10 3.5L17.5 16h-15zM10 8v4M10 13.8v.2',
};

export function Icon({ name }) {
    return (
        <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d={SHAPES[name]} />
        </svg>
    );
}
