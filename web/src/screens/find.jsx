// The start page: when, how long, for how many; what is free then, what is a little later, and what is not, with why.
import { useEffect, useMemo, useState } from 'react';
import { Empty, Read } from '../components/states.jsx';
import { Icon } from '../components/icon.jsx';
import { Link } from '../components/link.jsx';
import { Page } from '../components/page.jsx';
import { announce } from '../components/live.jsx';
import { toast } from '../components/toasts.jsx';
import { BookDialog, bookNow } from '../booking/book_dialog.jsx';
import { whyText } from '../booking/words.js';
import { sentence, t } from '../i18n.js';
import { go, href } from '../router.js';
import { nextStart, mayDo, whyNot } from '../free_time.js';
import { nameIn, useRooms } from '../rooms_known.js';
import { isAdmin, useSession } from '../session.js';
import { setSettings, settings } from '../settings.js';
import { addMinutes, at, browserZone, clockOf, dateOf, instantOf, roundUp, showTime, wallAt } from '../time.js';
import { useDay } from '../use_day.js';
import { featureText, placeText, seatsText } from './room_words.js';
import { ZoneNotice } from './room.jsx';
import { SampleHouse } from './sample_house.jsx';

const STEP = 15;
const LENGTHS = [15, 30, 45, 60, 90, 120, 180, 240, 480];

function now(zone) {
    const wall = roundUp(wallAt(Date.now(), zone), STEP);
    return { date: dateOf(wall), from: clockOf(wall) };
}

/** What is asked, of the address; what it leaves out is usual: now, an hour, one person, the building of the last time. */
function questionOf(query, zone) {
    const usual = now(zone);
    return {
        date: query.get('date') || usual.date, from: query.get('from') || usual.from, minutes: Number(query.get('minutes')) || 60,
        people: Number(query.get('people')) || 1, feature: query.get('feature') || '', building: query.get('building') ?? settings.get().building ?? '',
    };
}

function Question({ asked, onAsk, buildings, features, zone }) {
    const [values, setValues] = useState(asked);
    const text = JSON.stringify(asked);
    useEffect(() => setValues(asked), [text]);
    const set = (name, isNumber) => (event) => setValues((were) => ({ ...were, [name]: isNumber ? Number(event.target.value) : event.target.value }));
    return (
        <form className="filters question" role="search" aria-label={t('find.question')} onSubmit={(event) => { event.preventDefault(); onAsk(values); }}>
            <label>{t('book.date')}<input type="date" value={values.date} onChange={set('date')} required /></label>
            <label>{t('book.from')}<input type="time" value={values.from} onChange={set('from')} required /></label>
            <label>{t('find.length')}
                <select value={values.minutes} onChange={set('minutes', true)}>{LENGTHS.map((one) => <option key={one} value={one}>{t('find.minutes', { n: one })}</option>)}</select>
            </label>
            <label>{t('book.people')}<input type="number" min="1" inputMode="numeric" value={values.people} onChange={set('people', true)} /></label>
            <label>{t('rooms.feature')}
                <select value={values.feature} onChange={set('feature')}>
                    <option value="">{t('rooms.any_feature')}</option>
                    {features.map((one) => <option key={one} value={one}>{featureText(one)}</option>)}
                </select>
            </label>
            {buildings.length > 1 && (
                <label>{t('rooms.building')}
                    <select value={values.building} onChange={set('building')}>
                        <option value="">{t('rooms.all_buildings')}</option>
                        {buildings.map((one) => <option key={one} value={one}>{one}</option>)}
                    </select>
                </label>
            )}
            <span className="actions">
                <button type="submit" className="button primary"><Icon name="search" /> {t('find.go')}</button>
                <button type="button" className="button" onClick={() => onAsk({ ...values, ...now(zone) })}>{t('find.now')}</button>
            </span>
        </form>
    );
}

// Until when it stays free, as far as the answer says.
function freeUntil(item, start) {
    const stretch = (item.free || []).find((one) => at(one.start) <= at(start) && at(one.end) > at(start));
    return stretch && stretch.end;
}

function FreeRoom({ item, room, start, onBook, onForm, isBusy, isAsk }) {
    const until = freeUntil(item, start);
    return (
        <li className="card room-card">
            <div className="grow">
                <h3><Link to="room" values={{ id: room.id }}>{room.name}</Link></h3>
                <p className="quiet">{[placeText(room), seatsText(room)].filter(Boolean).join(' · ')}</p>
                <p className="quiet">{(room.features || []).map(featureText).join(', ')}</p>
                {until && <p className="good"><Icon name="check" /> {t('find.until', { time: clockOf(until) === '00:00' ? t('rules.midnight') : showTime(until) })}</p>}
            </div>
            <div className="actions">
                <button type="button" className="button primary" aria-disabled={isBusy || undefined} onClick={() => onBook(room)} aria-label={t(isAsk ? 'find.ask_one' : 'find.book_one', { room: room.name })}>{t(isAsk ? 'book.ask' : 'find.book')}</button>
                <button type="button" className="button" onClick={() => onForm(room)} aria-label={t('find.details_one', { room: room.name })}>{t('find.details')}</button>
            </div>
        </li>
    );
}

function Others({ others }) {
    if (others.length === 0) return null;
    return (
        <section aria-labelledby="others">
            <h2 id="others">{t('find.others')}</h2>
            <ul className="rows panel">
                {others.map(({ room, no }) => (
                    <li key={room.id}><span className="grow"><Link to="room" values={{ id: room.id }}>{room.name}</Link> <span className="quiet">{seatsText(room)}</span></span><span className="quiet">{whyText(no.why, no.until)}</span></li>
                ))}
            </ul>
        </section>
    );
}

function Later({ later, onForm }) {
    if (later.length === 0) return null;
    return (
        <section aria-labelledby="later">
            <h2 id="later">{t('find.later')}</h2>
            <ul className="alternatives">
                {later.map(({ room, start, end }) => (
                    <li key={room.id}><button type="button" className="button" onClick={() => onForm(room, start, end)}>{t('find.later_one', { room: room.name, from: showTime(start), to: showTime(end) })}</button></li>
                ))}
            </ul>
        </section>
    );
}

function useOneClick({ asked, start, end, reload }) {
    const { user } = useSession();
    const [busy, setBusy] = useState(false);
    const [refused, setRefused] = useState(null);
    const book = async (room) => {
        if (busy) return;
        setBusy(true);
        try {
            await bookNow({ space: room.id, start, end, title: t('find.title', { name: user.name }), people: asked.people }, room.name, reload);
            reload();
        } catch (problem) {
            // What is missing, or free instead, is said in the form.
            if (problem.status === 409 || problem.status === 422) setRefused(room);
            else toast(sentence(problem), { tone: 'bad' });
        } finally {
            setBusy(false);
        }
    };
    return { book, busy, refused, forget: () => setRefused(null) };
}

// In three groups: free then, free a little later, and not, with why. The smallest that fits first.
function sorted(items, rooms, asked, zone, user) {
    const start = instantOf(`${asked.date}T${asked.from}`, zone);
    const end = instantOf(addMinutes(`${asked.date}T${asked.from}`, asked.minutes), zone);
    const all = items.map((item) => ({ item, room: rooms.get(item.space) })).filter(({ room }) => fits(room, asked))
        .sort((a, b) => (a.room.capacity ?? 9999) - (b.room.capacity ?? 9999));
    const judged = all.map((one) => ({ ...one, no: whyNot(one.room, one.item, start, end, user, isAdmin()) }));
    const free = judged.filter(({ no }) => !no);
    const later = judged.filter(({ no }) => no?.why === 'taken').map(({ item, room }) => ({ room, start: nextStart(item, start, asked.minutes, 30, zone) }))
        .filter((one) => one.start).map((one) => ({ ...one, end: addMinutes(one.start, asked.minutes) })).sort((a, b) => (a.start < b.start ? -1 : 1));
    return { free, later: later.slice(0, 6), others: judged.filter(({ no }) => no) };
}

function fits(room, { people, feature, building }) {
    return (room.capacity ?? people) >= people && (!feature || room.features.includes(feature)) && (!building || room.building === building);
}

function Answer({ items, asked, zone, rooms, reload }) {
    const { user } = useSession();
    const start = `${asked.date}T${asked.from}`;
    const end = addMinutes(start, asked.minutes);
    const [form, setForm] = useState(null);
    const { book, busy, refused, forget } = useOneClick({ asked, start, end, reload });
    const { free, later, others } = sorted(items, rooms, asked, zone, user);
    useEffect(() => { announce(t('find.free', { n: free.length })); }, [items, free.length]);
    const shown = form || (refused && { room: refused, start, end });
    const open = (room, from, to) => setForm({ room, start: from, end: to });
    return (
        <>
            <p className="count">{t('find.free', { n: free.length })}</p>
            {free.length === 0 && <Empty icon="search" title={t('find.none')} text={t('find.none_text')} />}
            <ul className="cards">
                {free.map(({ item, room }) => (
                    <FreeRoom key={room.id} item={item} room={room} start={instantOf(start, zone)} isBusy={busy} isAsk={mayDo(room, user, isAdmin()) === 'ask'} onBook={book} onForm={(one) => open(one, start, end)} />
                ))}
            </ul>
            <Later later={later} onForm={open} />
            <Others others={others} />
            {shown && (
                <BookDialog key={shown.room.id} space={shown.room} start={shown.start} end={shown.end} people={asked.people} nameOf={nameIn(rooms)}
                    onClose={() => { setForm(null); forget(); }} onChanged={reload} />
            )}
        </>
    );
}

function NoRooms() {
    return (
        <Empty title={t('rooms.none')} text={t(isAdmin() ? 'rooms.none_admin_text' : 'rooms.none_text')}>
            {isAdmin() && <><SampleHouse /><Link to="edit-room" className="button">{t('rooms.add')}</Link><Link to="import-rooms" className="button">{t('rooms.import')}</Link></>}
        </Empty>
    );
}

export function Find({ query }) {
    const rooms = useRooms();
    const all = rooms ? [...rooms.values()] : [];
    const zone = all[0]?.timeZone || browserZone();
    const asked = questionOf(query, zone);
    const start = `${asked.date}T${asked.from}`;
    const shown = useMemo(() => (all.length ? all : null), [rooms]);
    const answer = useDay(shown, asked.date, '', zone);
    const ask = (values) => { setSettings({ building: values.building }); go(href('', values)); };
    const distinct = (texts) => [...new Set(texts.filter(Boolean))].sort();
    return (
        <Page title={t('find.head')}>
            {rooms && all.length === 0 ? <NoRooms /> : (
                <>
                    <Question asked={asked} onAsk={ask} zone={zone} buildings={distinct(all.map((one) => one.building))} features={distinct(all.flatMap((one) => one.features))} />
                    <ZoneNotice zone={rooms && zone} />
                    <Read from={answer}>{({ items }) => <Answer items={items} asked={asked} zone={zone} rooms={rooms} reload={answer.reload} />}</Read>
                </>
            )}
        </Page>
    );
}
