// The closures that are and that come: changed, or taken back.
import { useState } from 'react';
import { Confirm, Empty, Failure, Read, dateOf, join, nameIn, remove, showDate, showTime, showWhen, t, toast, useAction, useList, useRooms } from 'bookable-kit';
import { ClosureDialog } from './closure_dialog.jsx';

const SHOWN = 3;

function roomsText(ids, roomOf) {
    const names = ids.slice(0, SHOWN).map(roomOf);
    return join(ids.length > SHOWN ? [...names, t('closures.more', { n: ids.length - SHOWN })] : names);
}

function spanText({ start, end }) {
    if (dateOf(start) === dateOf(end)) return showWhen({ start, end });
    return `${showDate(dateOf(start))}, ${showTime(start)} – ${showDate(dateOf(end))}, ${showTime(end)}`;
}

function TakeBack({ closure, onClose }) {
    const [send, { busy, problem }] = useAction(async () => {
        await remove(`/v1/closures/${closure.id}`, { etag: `"${closure.version}"` });
        toast(t('closures.taken_back'));
        onClose(true);
    });
    return (
        <Confirm title={t('closures.take_back_ask')} text={`${spanText(closure)}. ${t('closures.take_back_text')}`} yes={t('closures.take_back')} danger busy={busy} onYes={send} onClose={() => onClose(Boolean(problem))}>
            {problem && <Failure problem={problem} />}
        </Confirm>
    );
}

function Table({ items, roomOf, onOpen }) {
    return (
        <table className="list">
            <caption className="hidden">{t('closures.title')}</caption>
            <thead><tr><th scope="col">{t('closures.when')}</th><th scope="col">{t('closures.which')}</th><th scope="col">{t('closures.reason')}</th><th scope="col"><span className="hidden">{t('common.actions')}</span></th></tr></thead>
            <tbody>
                {items.map((one) => (
                    <tr key={one.id}>
                        <th scope="row">{spanText(one)}</th>
                        <td data-label={t('closures.which')}>{roomsText(one.spaceIds, roomOf)}</td>
                        <td data-label={t('closures.reason')}>{one.reason || '–'}</td>
                        <td className="row-actions">
                            <button type="button" className="button small" onClick={() => onOpen({ change: one })} aria-label={t('closures.change_one', { what: spanText(one) })}>{t('mine.change')}</button>{' '}
                            <button type="button" className="button small" onClick={() => onOpen({ back: one })} aria-label={t('closures.take_back_one', { what: spanText(one) })}>{t('closures.take_back')}</button>
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

export function ClosuresList() {
    const closures = useList('/v1/closures', { every: 60 });
    const roomOf = nameIn(useRooms());
    const [open, setOpen] = useState(null);
    const close = () => { setOpen(null); closures.reload(); };
    return (
        <>
            <Read from={closures}>
                {({ items }) => (items.length === 0 ? <Empty icon="closed" title={t('closures.none')} text={t('closures.none_text')} /> : <Table {...{ items, roomOf }} onOpen={setOpen} />)}
            </Read>
            {open?.change && <ClosureDialog closure={open.change} onClose={close} />}
            {open?.back && <TakeBack closure={open.back} onClose={close} />}
        </>
    );
}
