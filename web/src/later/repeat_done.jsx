// What became of a series: what is booked, and what was left out, each with a way to another room.
import { Icon, Link, clockOf, dateOf, minutesBetween, query, showDate, showSpan, t } from 'bookable-kit';
import { whyText } from './repeat_dates.jsx';

function LeftOut({ one, people }) {
    const when = { date: dateOf(one.start), from: clockOf(one.start), minutes: minutesBetween(one.start, one.end), people };
    return (
        <li>
            <span className="grow">{showDate(when.date)}, {showSpan(one.start, one.end)} <span className="block quiet">{one.is === 'out' ? t('repeat.out') : whyText(one)}</span></span>
            <Link to="" values={when} className="button small">{t('repeat.another')}</Link>
        </li>
    );
}

/** @param series  as it was answered. @param left  the dates that are not in it */
export function Done({ series, left, people }) {
    const isAsked = series.created.some(({ state }) => state === 'pending');
    return (
        <>
            <section className="panel" aria-labelledby="booked">
                <h2 id="booked">{t(isAsked ? 'repeat.asked' : 'repeat.booked', { n: series.created.length })}</h2>
                <ol className="rows">{series.created.map(({ booking, start, end }) => <li key={booking}><Icon name="check" /> {showDate(dateOf(start))}, {showSpan(start, end)}</li>)}</ol>
                <div className="actions">
                    <Link to="mine" className="button primary">{t('mine.title')}</Link>
                    <a className="button" href={query('/v1/bookings', { series: series.id, format: 'ics', from: series.created[0].start })} download="bookings.ics"><Icon name="calendar" /> {t('mine.calendar')}</a>
                </div>
            </section>
            {left.length > 0 && (
                <section className="panel" aria-labelledby="left">
                    <h2 id="left">{t('repeat.left', { n: left.length })}</h2>
                    <ul className="rows">{left.map((one) => <LeftOut key={one.start} one={one} people={people} />)}</ul>
                </section>
            )}
        </>
    );
}
