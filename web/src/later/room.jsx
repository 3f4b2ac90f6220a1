// One room: its week, what it has, where it is, its rules in sentences, and what one may still book of it.
import { useState } from 'react';
import {
    BookDialog, Icon, Link, Page, Read, Star, ZoneNotice, addMinutes, featureText, isAdmin, nextWall, placeText, query, seatsText,
    showDate, shownWall, t, today, useGet, useSession,
} from 'bookable-kit';
import { useNames } from './people_known.js';
import { useRoomTime, Week } from './room_week.jsx';
import { exceptionText, quotaLeft, sentences } from './rules.js';

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
    const nameOf = useNames();
    return (
        <section className="panel" aria-labelledby="rules">
            <h2 id="rules">{t('room.rules')}</h2>
            {!policy && <p>{t('room.no_rules')}</p>}
            {policy && typeof policy === 'object' && (
                <>
                    <ul className="sentences">{sentences(policy, nameOf).map((text) => <li key={text}>{text}</li>)}</ul>
                    <Exceptions policy={policy} zone={space.timeZone} />
                    {policy.terms?.url && <p><a href={policy.terms.url} rel="noreferrer">{t('room.terms')}</a></p>}
                </>
            )}
        </section>
    );
}

function mayEdit(space, user) {
    const names = [`user:${user.id}`, ...user.groups.map((group) => `group:${group}`)];
    return isAdmin() || space.managers.some((one) => names.includes(one));
}

// How much of the rules' quotas is left.
function Quotas({ id }) {
    const { body } = useGet(query('/v1/quotas', { user: 'me', space: id }), { every: 60 });
    if (!body?.items.length) return null;
    return (
        <section className="panel" aria-labelledby="quotas">
            <h2 id="quotas">{t('room.quotas')}</h2>
            <ul className="sentences">{body.items.map((one) => <li key={`${one.policy} ${one.id} ${one.building}`}>{quotaLeft(one)}</li>)}</ul>
        </section>
    );
}

function Actions({ space, item, onBook }) {
    const { user } = useSession();
    return (
        <>
            <Star space={space} />
            <button type="button" className="button screen-only" onClick={() => window.print()}><Icon name="print" /> {t('common.print')}</button>
            {mayEdit(space, user) && <Link to="edit-room" values={{ id: space.id }} className="button">{t('common.edit')}</Link>}
            {item?.bookable && <button type="button" className="button primary" onClick={onBook}>{t(item.approval ? 'book.ask' : 'find.book')}</button>}
        </>
    );
}

function About({ space }) {
    return (
        <>
            {space.state === 'archived' && <p className="notice bad"><Icon name="closed" /> {t('room.is_archived')}{space.reason && ` ${space.reason}`}</p>}
            <ZoneNotice zone={space.timeZone} />
        </>
    );
}

export function Room({ query: asked }) {
    const id = asked.get('id') || '';
    const space = useGet(`/v1/spaces/${encodeURIComponent(id)}?expand=policy`);
    const { body } = space;
    const time = useRoomTime(id, asked, body?.timeZone);
    const [form, setForm] = useState(null);
    const item = time.answer.body?.items[0];
    const soon = () => { const start = nextWall(Date.now(), body.timeZone, 30); setForm({ start, end: shownWall(addMinutes(start, 60), body.timeZone) }); };
    return (
        <Page title={body?.name || t('room.title')} lead={body && [placeText(body), seatsText(body)].filter(Boolean).join(' · ')} actions={body && <Actions space={body} item={item} onBook={soon} />}>
            <Read from={space}>
                {(its) => (
                    <>
                        <About space={its} />
                        {its.state === 'active' && <Week time={time} id={id} zone={its.timeZone} onBook={setForm} />}
                        <div className="columns"><Facts space={its} /><Rules space={its} /><Quotas id={id} /></div>
                    </>
                )}
            </Read>
            {form && <BookDialog space={body} start={form.start} end={form.end} onClose={() => setForm(null)} onChanged={time.answer.reload} />}
        </Page>
    );
}
