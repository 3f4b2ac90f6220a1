// One room: what it has, where it is, and its rules in sentences.
import { useState } from 'react';
import { Icon } from '../components/icon.jsx';
import { Link } from '../components/link.jsx';
import { Page } from '../components/page.jsx';
import { Read } from '../components/states.jsx';
import { t } from '../i18n.js';
import { sentences, exceptionText } from '../rules.js';
import { mayDo } from '../free_time.js';
import { BookDialog } from '../booking/book_dialog.jsx';
import { nameIn, useRooms } from '../rooms_known.js';
import { isAdmin, useSession } from '../session.js';
import { addMinutes, browserZone, roundUp, showDate, today, wallAt } from '../time.js';
import { useGet } from '../use_api.js';
import { featureText, placeText, seatsText } from './room_words.js';

function Facts({ space }) {
    const attributes = Object.entries(space.attributes || {});
    return (
        <section className="panel" aria-labelledby="facts">
            <h2 id="facts">{t('room.facts')}</h2>
            <dl className="facts">
                <div><dt>{t('room.where')}</dt><dd>{placeText(space)}</dd></div>
                <div><dt>{t('room.for')}</dt><dd>{seatsText(space) || '–'}</dd></div>
                {space.features.length > 0 && (
                    <div><dt>{t('room.has')}</dt><dd><ul className="tags">{space.features.map((slug) => <li key={slug} className="tag">{featureText(slug)}</li>)}</ul></dd></div>
                )}
                {attributes.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
                <div><dt>{t('room.clock')}</dt><dd>{space.timeZone.replace(/_/g, ' ')}</dd></div>
            </dl>
            {space.description && <p className="prose">{space.description}</p>}
        </section>
    );
}

function Exceptions({ policy, zone }) {
    const ahead = (policy.exceptions || []).filter(({ to }) => to >= today(zone)).slice(0, 8);
    if (ahead.length === 0) return null;
    return (
        <>
            <h3>{t('room.exceptions')}</h3>
            <ul className="sentences">
                {ahead.map((one) => (
                    <li key={`${one.from} ${one.to}`}>{showDate(one.from)}{one.to !== one.from && `–${showDate(one.to)}`}: {exceptionText(one)}</li>
                ))}
            </ul>
        </>
    );
}

function Rules({ space }) {
    const { policy } = space;
    return (
        <section className="panel" aria-labelledby="rules">
            <h2 id="rules">{t('room.rules')}</h2>
            {!policy && <p>{t('room.no_rules')}</p>}
            {policy && typeof policy === 'object' && (
                <>
                    <ul className="sentences">{sentences(policy).map((text) => <li key={text}>{text}</li>)}</ul>
                    <Exceptions policy={policy} zone={space.timeZone} />
                    {policy.terms?.url && <p><a href={policy.terms.url} rel="noreferrer">{t('room.terms')}</a></p>}
                </>
            )}
        </section>
    );
}

/** All times are the room's: said where the clock on this device is another one. */
export function ZoneNotice({ zone }) {
    if (!zone || zone === browserZone()) return null;
    return <p className="notice"><Icon name="clock" /> {t('common.zone', { zone: zone.replace(/_/g, ' ') })}</p>;
}

function mayEdit(space, user) {
    const names = [`user:${user.id}`, ...user.groups.map((group) => `group:${group}`)];
    return isAdmin() || space.managers.some((one) => names.includes(one));
}

// The form, beginning with the next full half hour; its alternatives may be other rooms.
function Book({ space, onClose }) {
    const rooms = useRooms();
    const start = roundUp(wallAt(Date.now(), space.timeZone), 30);
    return <BookDialog space={space} start={start} end={addMinutes(start, 60)} nameOf={nameIn(rooms)} onClose={onClose} onChanged={() => {}} />;
}

export function Room({ query }) {
    const id = query.get('id') || '';
    const space = useGet(`/v1/spaces/${encodeURIComponent(id)}?expand=policy`);
    const { user } = useSession();
    const { body } = space;
    const [isBooking, setBooking] = useState(false);
    const may = body && body.state === 'active' && mayDo(body, user, isAdmin());
    const actions = body && (
        <>
            <button type="button" className="button screen-only" onClick={() => window.print()}><Icon name="print" /> {t('common.print')}</button>
            {may && <button type="button" className="button primary" onClick={() => setBooking(true)}>{t(may === 'ask' ? 'book.ask' : 'find.book')}</button>}
            {mayEdit(body, user) && <Link to="edit-room" values={{ id }} className="button">{t('common.edit')}</Link>}
        </>
    );
    return (
        <Page title={body?.name || t('room.title')} lead={body && [placeText(body), seatsText(body)].filter(Boolean).join(' · ')} actions={actions}>
            <Read from={space}>
                {(its) => (
                    <>
                        {its.state === 'archived' && <p className="notice bad"><Icon name="closed" /> {t('room.is_archived')}{its.reason && ` ${its.reason}`}</p>}
                        <ZoneNotice zone={its.timeZone} />
                        <div className="columns"><Facts space={its} /><Rules space={its} /></div>
                    </>
                )}
            </Read>
            {isBooking && <Book space={body} onClose={() => setBooking(false)} />}
        </Page>
    );
}
