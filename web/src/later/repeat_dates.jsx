// The dates of a series before they are booked: each says whether it is free, and can be taken out.
import { Icon, conflictText, dateOf, showDate, showSpan, t, violationText } from 'bookable-kit';

/** Why a date cannot be booked, in words. */
export function whyText({ code, conflicts = [], violations = [], quota }) {
    if (conflicts.length) return conflicts.map(conflictText).join(' ');
    if (violations.length) return violations.map(violationText).join(' ');
    return code === 'quota-used' ? t('repeat.quota', { quota }) : t('why.taken');
}

/**
 * The dates of an answer in order: what would be booked, what would not, what was taken out, and what was put back, and is
 * not answered yet.
 * @param out  {date: {start, end, isOut}} of those that were taken out, or put back
 */
export function datesOf(answer, out) {
    const isOut = ({ start }) => out[dateOf(start)]?.isOut;
    const booked = (answer?.created || []).map((one) => ({ ...one, is: isOut(one) ? 'out' : one.state === 'pending' ? 'pending' : 'free' }));
    const refused = (answer?.skipped || answer?.clashes || []).map((one) => ({ ...one, is: 'refused' }));
    const known = new Set([...booked, ...refused].map(({ start }) => dateOf(start)));
    const left = Object.values(out).filter(({ start }) => !known.has(dateOf(start))).map((one) => ({ ...one, is: one.isOut ? 'out' : 'asking' }));
    return [...booked, ...refused, ...left].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

function State({ one }) {
    if (one.is === 'refused') return <span className="bad"><Icon name="warning" /> {whyText(one)}</span>;
    if (one.is === 'asking') return <span className="quiet">…</span>;
    if (one.is === 'out') return <span className="quiet">{t('repeat.out')}</span>;
    return <span className="good"><Icon name="check" /> {t(one.is === 'pending' ? 'repeat.pending' : 'repeat.free')}</span>;
}

function DateRow({ one, onToggle }) {
    const text = <span>{showDate(dateOf(one.start))}, <span className="when">{showSpan(one.start, one.end)}</span></span>;
    return (
        <li className={`date ${one.is}`}>
            {one.is === 'refused' ? <span className="grow">{text}</span> : (
                <label className="grow"><input type="checkbox" checked={one.is !== 'out'} onChange={() => onToggle(one)} /> {text}</label>
            )}
            <State one={one} />
        </li>
    );
}

export function Dates({ dates, onToggle }) {
    return <ol className="rows dates">{dates.map((one) => <DateRow key={one.start} one={one} onToggle={onToggle} />)}</ol>;
}
