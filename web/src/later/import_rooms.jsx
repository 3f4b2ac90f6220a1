// Many rooms from a spreadsheet: looked at first, then made, each by itself; and all rooms as such a file.
import { useState } from 'react';
import { Failure, Icon, Lines, Page, list, post, t, toast, useAction } from 'bookable-kit';
import { guarded, parseCsv, saveFile, textOfFile, writeCsv } from './csv.js';

const COLUMNS = ['id', 'name', 'building', 'floor', 'room', 'capacity', 'features', 'policy', 'timeZone', 'description', 'managers', 'order'];
const EXAMPLE = 'id,name,building,floor,room,capacity,features,policy,timeZone\nlib-101,Group room 101,Library,1,101,8,whiteboard step-free,,Europe/Helsinki';
const MOST = 200;

function Preview({ rows, results }) {
    const [head, ...body] = rows;
    const resultOf = (i) => results?.[i];
    return (
        <div className="scroll">
            <table className="list">
                <caption className="hidden">{t('import.preview')}</caption>
                <thead><tr>{head.map((name) => <th scope="col" key={name}>{name}</th>)}{results && <th scope="col">{t('import.result')}</th>}</tr></thead>
                <tbody>
                    {body.map((cells, i) => (
                        // eslint-disable-next-line react/no-array-index-key
                        <tr key={i}>{head.map((name, at) => <td key={name}>{cells[at]}</td>)}{results && <td><Outcome result={resultOf(i)} /></td>}</tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function Outcome({ result }) {
    if (!result) return '–';
    if (result.status === 201) return <span className="good"><Icon name="check" /> {t('import.made')}</span>;
    return <span className="fault"><Icon name="warning" /> {result.problem?.errors?.map((one) => `${one.pointer.replace(/^\//, '')}: ${one.detail}`).join('; ') || result.problem?.detail}</span>;
}

function toCommas(rows) { return writeCsv(rows.slice(1).map((cells) => Object.fromEntries(rows[0].map((name, i) => [name, cells[i] ?? '']))), rows[0]); }

function Upload({ onText }) {
    const read = async (event) => { if (event.target.files[0]) onText(await textOfFile(event.target.files[0])); };
    return (
        <div className="field">
            <label htmlFor="file">{t('import.file')}</label>
            <input type="file" id="file" accept=".csv,text/csv" onChange={read} />
        </div>
    );
}

function Export() {
    const [run, { busy, problem }] = useAction(async () => {
        const { items } = await list('/v1/spaces?state=active,archived', { most: 5000 });
        saveFile('rooms.csv', writeCsv(items, COLUMNS, guarded));
    });
    return (
        <section className="panel" aria-labelledby="export">
            <h2 id="export">{t('import.export')}</h2>
            <p>{t('import.export_text')}</p>
            {problem && <Failure problem={problem} />}
            <button type="button" className="button" onClick={run}>{busy ? t('common.sending') : t('import.export_do')}</button>
        </section>
    );
}

export function ImportRooms() {
    const [text, setText] = useState('');
    const [results, setResults] = useState(null);
    const rows = parseCsv(text.replace(/^\ufeff/, ''));
    const count = rows.length - 1;
    const type = (value) => { setText(value); setResults(null); };
    const [send, { busy, problem }] = useAction(async () => {
        const { body } = await post('/v1/spaces/batch', toCommas(rows), { type: 'text/csv' });
        setResults(body.items);
        toast(t('import.done', { n: body.created }), { tone: body.created === count ? 'good' : 'bad' });
    });
    return (
        <Page title={t('import.title')} lead={t('import.lead')}>
            <section className="panel">
                <Upload onText={type} />
                <Lines label={t('import.text')} hint={t('import.hint', { columns: COLUMNS.join(', ') })} rows={6} value={text} onChange={type} placeholder={EXAMPLE} spellCheck={false} />
                {problem && <Failure problem={problem} />}
                {count > 0 && <Preview rows={rows} results={results} />}
                {count > MOST && <p className="fault">{t('import.too_many', { n: MOST })}</p>}
                <div className="actions">
                    <button type="button" className="button primary" aria-disabled={busy || count < 1 || count > MOST || undefined} onClick={() => count > 0 && count <= MOST && send()}>
                        {busy ? t('common.sending') : t('import.do', { n: Math.max(count, 0) })}
                    </button>
                </div>
            </section>
            <Export />
        </Page>
    );
}
