// Tables as text (RFC 4180): read for a look before they are sent, and written for a spreadsheet.

/** The text of a file: of UTF-8, or as spreadsheets of Windows write it. */
export async function textOfFile(file) {
    const bytes = await file.arrayBuffer();
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
        return new TextDecoder('windows-1252').decode(bytes);
    }
}

/** The rows of a text, each a list of cells. Separated by commas, or, if the first line has none, by semicolons. */
export function parseCsv(text) {
    const first = text.split('\n', 1)[0];
    const separator = first.includes(',') ? ',' : ';';
    const rows = [[]];
    let cell = '';
    let isQuoted = false;
    const end = () => { rows[rows.length - 1].push(cell); cell = ''; };
    for (let i = 0; i < text.length; i += 1) {
        const c = text[i];
        if (isQuoted && c === '"' && text[i + 1] === '"') { cell += '"'; i += 1; }
        else if (c === '"' && (isQuoted || cell === '')) isQuoted = !isQuoted;
        else if (!isQuoted && c === separator) end();
        else if (!isQuoted && c === '\n') { end(); rows.push([]); }
        else if (c !== '\r' || isQuoted) cell += c;
    }
    end();
    return rows.filter((row) => row.some((one) => one.trim() !== ''));
}

/** For a spreadsheet, which would take a cell that begins like this for a formula. */
export const guarded = (text) => (/^[=+\-@\t]/.test(text) ? `'${text}` : text);

const textOf = (value) => (Array.isArray(value) ? value.join(' ') : String(value ?? ''));
const cellOf = (text) => (/[",;\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
const lineOf = (cells) => cells.map(cellOf).join(',');

/** A text of rows, each an object, with these members as columns. @param each  what is done to each text */
export function writeCsv(rows, columns, each = (text) => text) {
    return [columns, ...rows.map((row) => columns.map((name) => each(textOf(row[name]))))].map(lineOf).join('\r\n');
}

/** Let the browser keep a text as a file. */
export function saveFile(name, text, type = 'text/csv') {
    const url = URL.createObjectURL(new Blob(['\ufeff', text], { type }));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
}
