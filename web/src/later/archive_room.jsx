// A room that is no longer booked is archived: what was booked still names it, and it can come back.
import { useState } from 'react';
import { Choice, Confirm, Failure, Lines, get, request, t, toast, useAction } from 'bookable-kit';
import { Rows } from './in_the_way.jsx';
import { useNames } from './people_known.js';

// What becomes of what is booked ahead; refuse: that is not said, and what is there is shown.
const WAYS = ['refuse', 'cancel', 'keep'];

function Ahead({ problem, space }) {
    const nameOf = useNames();
    const items = problem.body?.conflicts;
    return (
        <>
            <Failure problem={problem} />
            {items && <Rows {...{ items, nameOf }} roomOf={() => space.name} />}
        </>
    );
}

export function ArchiveRoom({ space, etag, onDone }) {
    const [isAsked, setAsked] = useState(false);
    const [reason, setReason] = useState('');
    const [way, setWay] = useState('refuse');
    const isArchived = space.state === 'archived';
    const path = `/v1/spaces/${encodeURIComponent(space.id)}`;
    const [send, { busy, problem }] = useAction(async () => {
        const bookings = way === 'refuse' ? undefined : way;
        await request(isArchived ? 'DELETE' : 'POST', `${path}/archive`, { etag, body: isArchived ? undefined : { reason: reason || null, bookings } });
        setAsked(false);
        toast(t(isArchived ? 'archive.restored' : 'archive.done', { name: space.name }));
        onDone(await get(path));
    });
    return (
        <section className="panel narrow" aria-labelledby="archive">
            <h2 id="archive">{t(isArchived ? 'archive.title_restore' : 'archive.title')}</h2>
            {problem && !isAsked && <Failure problem={problem} />}
            <p>{t(isArchived ? 'archive.text_restore' : 'archive.text')}</p>
            <button type="button" className="button" aria-disabled={busy || undefined} onClick={() => (isArchived ? send() : setAsked(true))}>{t(isArchived ? 'archive.restore' : 'archive.do')}</button>
            {isAsked && (
                <Confirm title={t('archive.ask', { name: space.name })} yes={t('archive.do')} danger busy={busy} onYes={send} onClose={() => setAsked(false)}>
                    <p>{t('archive.text')}</p>
                    {problem && <Ahead {...{ problem, space }} />}
                    <Choice label={t('archive.bookings')} value={way} onChange={setWay} options={WAYS.map((one) => [one, t(`archive.way_${one}`)])} />
                    <Lines label={t('archive.reason')} optional value={reason} onChange={setReason} maxLength={500} />
                </Confirm>
            )}
        </section>
    );
}
