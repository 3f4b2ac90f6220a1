// How often it comes, and until when.
import { Choice, Count, Field, showDay, showWeekday, t } from 'bookable-kit';
import { places } from './repeat_values.js';
import { weekdays } from './rules.js';

function Days({ values, set }) {
    const toggle = (day) => set({ days: values.days.includes(day) ? values.days.filter((one) => one !== day) : [...values.days, day] });
    return (
        <fieldset className="field weekdays">
            <legend>{t('repeat.days')}</legend>
            {weekdays('short').map(([day, name]) => (
                <label key={day}><input type="checkbox" checked={values.days.includes(day)} onChange={() => toggle(day)} /> {name}</label>
            ))}
        </fieldset>
    );
}

function Monthly({ values, set }) {
    const options = [['day', t('repeat.month_day', { day: showDay(values.anchor) })],
        ...places(values.anchor).map((nth) => [String(nth), t(`repeat.month_nth_${nth}`, { day: showWeekday(values.anchor) })])];
    return <Choice label={t('repeat.monthly')} value={values.monthly} onChange={(monthly) => set({ monthly })} options={options} />;
}

export function Rule({ values, set }) {
    const unit = { daily: 'repeat.unit_day', weekly: 'repeat.unit_week', monthly: 'repeat.unit_month' };
    return (
        <>
            <div className="fields">
                <Count className="short" label={t('repeat.every')} pointer="/rule" min="1" max="52" value={values.interval} onChange={(interval) => set({ interval })} />
                <Choice className="short" label={t('repeat.unit')} value={values.freq} onChange={(freq) => set({ freq })} options={Object.entries(unit).map(([freq, key]) => [freq, t(key, { n: values.interval || 1 })])} />
            </div>
            {values.freq === 'weekly' && <Days values={values} set={set} />}
            {values.freq === 'monthly' && <Monthly values={values} set={set} />}
            <div className="fields">
                <Choice label={t('repeat.ends')} value={values.ends} onChange={(ends) => set({ ends })} options={[['until', t('repeat.ends_until')], ['count', t('repeat.ends_count')]]} />
                {values.ends === 'until'
                    ? <Field label={t('repeat.until')} pointer="/rule/until">{(its) => <input type="date" value={values.until} onChange={(event) => set({ until: event.target.value })} required {...its} />}</Field>
                    : <Count label={t('repeat.count')} pointer="/rule/count" min="1" max="366" value={values.count} onChange={(count) => set({ count })} />}
            </div>
        </>
    );
}
