// The start page: when, how long, for how many; what is free then, what is a little later, and what is not, with why.
import { useEffect, useRef, useState } from 'react';
import { Empty, Read } from '../components/states.jsx';
import { Icon } from '../components/icon.jsx';
import { Link } from '../components/link.jsx';
import { Page } from '../components/page.jsx';
import { Star } from '../components/star.jsx';
import { TimeField } from '../components/time_field.jsx';
import { useGrowing } from '../components/use_growing.js';
import { ZoneNotice, zonesOf } from '../components/zone_notice.jsx';
import { announce } from '../components/live.jsx';
import { toast } from '../components/toasts.jsx';
import { BookDialog, bookNow } from '../booking/book_dialog.jsx';
import { whyText } from '../booking/words.js';
import { useFavourites } from '../favourites.js';
import { sentence, t } from '../i18n.js';
import { go, href } from '../router.js';
import { distinct, placesNow, usePlaces } from '../places.js';
import { useSession } from '../session.js';
import { setSettings, settings } from '../settings.js';
import { addDays, addMinutes, at, browserZone, clockOf, dateOf, isClock, isDate, minutesBetween, nextWall, showDate, showLength, showSpan, showTime, wallOf } from '../time.js';
import { readTime, timePath, useTime } from '../use_time.js';
import { featureText, placeText, seatsText } from '../room_words.js';
import { NoRooms } from './no_rooms.jsx';

const STEP = 15;
const MOST_LATER = 6;
// Pixels.
const CARD = { height: 200, width: 380 };
const LENGTHS = [15, 30, 45, 60, 90, 120, 180, 240, 480];

function now(zone) {
    const wall = nextWall(Date.now(), zone, STEP);
    return { date: dateOf(wall), from: clockOf(wall) };
}

/** What is asked, of the address; what it leaves out is usual: now, an hour, one person, the building of the last time. */
function questionOf(query, zone) {
    const usual = now(zone);
    const valid = (name, is) => (is(query.get(name)) ? query.get(name) : usual[name]);
    const number = (name, most, otherwise) => (Number.isInteger(Number(query.get(name))) && query.get(name) > 0 && query.get(name) <= most ? Number(query.get(name)) : otherwise);
    return {
        date: valid('date', isDate), from: valid('from', isClock), minutes: number('minutes', 1440, 60),
        people: number('people', 1000000, 1), feature: query.get('feature') || '', building: query.get('building') ?? settings.get().building ?? '',
    };
}

// What is asked of the server.
function timeOf({ date, from, minutes, people, feature, building }, places) {
    return { from: `${date}T${from}`, to: `${addDays(date, 1)}T00:00`, minutes, all: true, feature, building, capacityMin: places.isLarge && people > 1 ? people : undefined };
}

const zoneOf = (places) => places.zone || browserZone();

export function findAsks(query) {
    const places = placesNow();
    return [[timePath(timeOf(questionOf(query, zoneOf(places)), places)), readTime]];
}

// Who comes to the start page says how many they are, and Enter. On a telephone that would open its keyboard.
function useFirstField(isUsual) {
    const field = useRef(null);
    useEffect(() => {
        if (!isUsual || !window.matchMedia('(pointer: fine)').matches || document.querySelector('dialog[open]')) return;
        field.current.focus({ preventScroll: true });
        field.current.select();
    }, []);
    return field;
}

// Another address is another question. What is usual changes by itself: the quarter of an hour, the building of the last
// time; then what was typed stays.
function useTyped(asked, address) {
    const [values, setValues] = useState(asked);
    const last = useRef({ asked, address });
    const text = JSON.stringify(asked);
    useEffect(() => {
        const was = last.current;
        last.current = { asked, address };
        const next = (typed, name) => (was.address !== address || String(typed[name]) === String(was.asked[name]) ? asked[name] : typed[name]);
        setValues((typed) => Object.fromEntries(Object.keys(asked).map((name) => [name, next(typed, name)])));
    }, [text, address]);
    return [values, setValues];
}

function Question({ asked, address, isUsual, onAsk, onType, buildings, features, zone }) {
    const [values, setValues] = useTyped(asked, address);
    const people = useFirstField(isUsual);
    const set = (name) => (event) => setValues((were) => ({ ...were, [name]: event.target.value }));
    const ask = (more) => onAsk({ ...values, people: Number(values.people) || 1, ...more });
    // What is asked for is there, whatever else is known.
    const choices = { features: distinct([...features, asked.feature]), buildings: distinct([...buildings, asked.building]) };
    const lengths = [...new Set([...LENGTHS, Number(values.minutes)])].sort((one, other) => one - other);
    return (
        <form className="filters question" role="search" aria-label={t('find.question')} onInput={onType} onSubmit={(event) => { event.preventDefault(); ask(); }}>
            <label>{t('book.date')}<TimeField type="date" value={values.date} onChange={set('date')} required /></label>
            <label>{t('book.from')}<TimeField type="time" value={values.from} onChange={set('from')} required /></label>
            <label>{t('find.length')}
                <select value={values.minutes} onChange={set('minutes')}>{lengths.map((one) => <option key={one} value={one}>{showLength(one)}</option>)}</select>
            </label>
            <label>{t('book.people')}<input type="number" min="1" inputMode="numeric" ref={people} value={values.people} onChange={set('people')} /></label>
            <label>{t('rooms.feature')}
                <select value={values.feature} onChange={set('feature')}>
                    <option value="">{t('rooms.any_feature')}</option>
                    {choices.features.map((one) => <option key={one} value={one}>{featureText(one)}</option>)}
                </select>
            </label>
            {choices.buildings.length > 1 && (
                <label>{t('rooms.building')}
                    <select value={values.building} onChange={set('building')}>
                        <option value="">{t('rooms.all_buildings')}</option>
                        {choices.buildings.map((one) => <option key={one} value={one}>{one}</option>)}
                    </select>
                </label>
            )}
            <span className="actions">
                <button type="submit" className="button primary"><Icon name="search" /> {t('find.go')}</button>
                <button type="button" className="button" onClick={() => ask(now(zone))}>{t('find.now')}</button>
            </span>
        </form>
    );
}

// Until when it stays free, as far as the answer says.
function freeUntil(free, start) {
    const stretch = free.find((one) => at(one.start) <= at(start) && at(one.end) > at(start));
    return stretch && stretch.end;
}

function FreeRoom({ item, onBook, onForm, isBusy }) {
    const { space, wish, approval } = item;
    const until = freeUntil(item.free, wish.start);
    return (
        <li className="card room-card">
            <div className="grow">
                <h3><Link to="room" values={{ id: space.id }}>{space.name}</Link></h3>
                <p className="quiet">{[placeText(space), seatsText(space)].filter(Boolean).join(' · ')}</p>
                {space.features.length > 0 && <ul className="tags">{space.features.map((slug) => <li key={slug} className="tag">{featureText(slug)}</li>)}</ul>}
                {!until && <p className="quiet"><Icon name="warning" /> {t('find.beyond')}</p>}
                {until && <p className="good"><Icon name="check" /> {t('find.until', { time: clockOf(until) === '00:00' ? t('time.midnight') : showTime(until) })}</p>}
            </div>
            <div className="actions">
                <button type="button" className="button primary" aria-disabled={isBusy || undefined} onClick={() => onBook(item)} aria-label={t(approval ? 'find.ask_one' : 'find.book_one', { room: space.name })}>{t(approval ? 'book.ask' : 'find.book')}</button>
                <button type="button" className="button" onClick={() => onForm({ space, ...wish })} aria-label={t('find.details_one', { room: space.name })}>{t('find.details')}</button>
                <Star space={space} />
            </div>
        </li>
    );
}

// When what is in the way ends.
function takenUntil({ busy, wish }) {
    if (wish.why !== 'taken') return null;
    return busy.filter((one) => at(one.start) < at(wish.end) && at(one.end) > at(wish.start)).at(-1)?.end;
}

function Others({ others }) {
    if (others.length === 0) return null;
    return (
        <section aria-labelledby="others">
            <h2 id="others">{t('find.others')}</h2>
            <ul className="rows panel">
                {others.map((item) => (
                    <li key={item.space.id}><span className="grow"><Link to="room" values={{ id: item.space.id }}>{item.space.name}</Link> <span className="quiet">{seatsText(item.space)}</span></span><span className="quiet">{whyText(item.wish.why, takenUntil(item))}</span></li>
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
                {later.map((one) => (
                    <li key={`${one.space.id} ${one.start}`}><button type="button" className="button" onClick={() => onForm(one)}>{t('find.later_one', { room: one.space.name, from: showTime(one.start), to: showTime(one.end) })}</button></li>
                ))}
            </ul>
        </section>
    );
}

function useOneClick({ asked, reload, onForm }) {
    const { user } = useSession();
    const [busy, setBusy] = useState(false);
    const book = async ({ space, wish: { start, end } }) => {
        if (busy) return;
        setBusy(true);
        try {
            await bookNow({ space: space.id, start, end, title: t('find.title', { name: user.name }), people: asked.people }, space.name, reload);
            reload();
        } catch (problem) {
            // What is missing, or free instead, is said in the form.
            if (problem.status === 409 || problem.status === 422) onForm({ space, start, end });
            else toast(sentence(problem), { tone: 'bad' });
        } finally {
            setBusy(false);
        }
    };
    return { book, busy };
}

const bySize = (one, other) => (one.space.capacity ?? 9999) - (other.space.capacity ?? 9999);
const holds = ({ capacity }, people) => (capacity ?? people) >= people;

// At least half of the time, from its beginning on, before somebody else comes.
function shorterOf({ space, wish, free }, minutes) {
    const until = freeUntil(free, wish.start);
    const left = until && minutesBetween(wish.start, until);
    return left && left < minutes && left * 2 >= minutes ? { space, start: wish.start, end: until } : null;
}

/** In three groups: free then, free a little later or shorter, and not, with why. Favourites first, then the smallest that fits. */
function sorted(items, asked, favourites) {
    const isOther = ({ space }) => Number(!favourites.includes(space.id));
    const all = items.filter(({ space }) => holds(space, asked.people)).sort((one, other) => isOther(one) - isOther(other) || bySize(one, other));
    const others = all.filter(({ wish }) => wish.why);
    const later = others.filter(({ wish }) => wish.next).map(({ space, wish }) => ({ space, ...wish.next })).sort((one, other) => at(one.start) - at(other.start)).slice(0, MOST_LATER);
    const shorter = others.filter(({ wish }) => wish.why === 'taken').map((item) => shorterOf(item, asked.minutes)).filter(Boolean).slice(0, MOST_LATER);
    return { free: all.filter(({ wish }) => !wish.why), later: [...shorter, ...later], others };
}

function Answer({ items, truncated, asked, asking, reload, onForm }) {
    const { book, busy } = useOneClick({ asked, reload, onForm });
    const { free, later, others } = sorted(items, asked, useFavourites());
    useEffect(() => { announce(t('find.free', { n: free.length })); }, [items, free.length]);
    const list = useRef(null);
    useEffect(() => {
        // Who has gone on meanwhile is not called away: Enter would book where they wanted to type.
        if (asking.current && [asking.current, document.body].includes(document.activeElement)) list.current.querySelector('.primary')?.focus();
        asking.current = null;
    }, [items, asked.people]);
    const count = useGrowing(free.length + others.length, CARD.height, Math.max(1, Math.floor(window.innerWidth / CARD.width)));
    const isWhole = count >= free.length + others.length;
    const start = `${asked.date}T${asked.from}`;
    return (
        <>
            <p className="count large">{t('find.free', { n: free.length })} <span className="quiet">{showDate(asked.date)}, {showSpan(start, addMinutes(start, asked.minutes))}</span></p>
            {truncated && <p className="notice">{t('rooms.truncated')}</p>}
            {free.length === 0 && <Empty icon="search" title={t('find.none')} text={t('find.none_text')} />}
            <ul className="cards" ref={list} aria-busy={!isWhole || undefined}>{free.slice(0, count).map((item) => <FreeRoom key={item.space.id} item={item} isBusy={busy} onBook={book} onForm={onForm} />)}</ul>
            <Later later={later} onForm={onForm} />
            <Others others={others.slice(0, Math.max(0, count - free.length))} />
        </>
    );
}

export function Find({ query }) {
    const places = usePlaces();
    const zone = zoneOf(places);
    const asked = questionOf(query, zone);
    const { people, feature, building } = asked;
    // A form stays, whatever is free by now.
    const [form, setForm] = useState(null);
    const answer = useTime(timeOf(asked, places));
    // What was asked for is answered where the keys are: Enter books the first room.
    const asking = useRef(null);
    const ask = (values) => { asking.current = document.activeElement; setSettings({ building: values.building }); go(href('', values)); };
    const isBare = answer.body?.items.length === 0 && !building && !feature && people === 1;
    return (
        <Page title={t('find.head')}>
            {isBare ? <NoRooms onMade={answer.reload} /> : (
                <>
                    <Question asked={asked} address={query.toString()} isUsual={!query.has('from')} onAsk={ask} onType={() => { asking.current = null; }} zone={zone} buildings={places.buildings} features={places.features} />
                    <ZoneNotice zone={answer.body ? zonesOf(answer.body.items.map(({ space }) => space)) : places.zone} />
                    <Read from={answer}>{({ items, truncated }) => <Answer items={items} truncated={truncated} asked={asked} asking={asking} reload={answer.reload} onForm={setForm} />}</Read>
                </>
            )}
            {form && <BookDialog key={form.space.id} space={form.space} start={wallOf(form.start)} end={wallOf(form.end)} people={people} onClose={() => setForm(null)} onChanged={answer.reload} />}
        </Page>
    );
}
