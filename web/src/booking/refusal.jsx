// Why a booking was refused, and what could be booked instead, each at one click.
import { useEffect, useRef } from 'react';
import { Icon } from '../components/icon.jsx';
import { sentence, t } from '../i18n.js';
import { useRoomNames } from '../places.js';
import { minutesBetween, showLength } from '../time.js';
import { conflictText, showWhen, spaceId, violationText } from './words.js';

function alternativeText(one, nameOf) {
    const text = t('book.instead', { room: nameOf(spaceId(one.space)), when: showWhen(one) });
    return one.shorter ? `${text} (${showLength(minutesBetween(one.start, one.end))})` : text;
}

function Alternatives({ alternatives = [], onTake }) {
    const nameOf = useRoomNames(alternatives.map((one) => spaceId(one.space)));
    if (alternatives.length === 0) return null;
    return (
        <>
            <p>{t('book.free_instead')}</p>
            <ul className="alternatives">
                {alternatives.map((one) => (
                    <li key={`${spaceId(one.space)} ${one.start} ${one.end}`}>
                        <button type="button" className="button small" onClick={() => onTake(one)}>{alternativeText(one, nameOf)}</button>
                    </li>
                ))}
            </ul>
        </>
    );
}

/**
 * @param problem  a 409, or a 422 of rules
 * @param onTake   books an alternative
 * @param quiet    what is said while somebody types does not take the focus
 */
export function Refusal({ problem, onTake, quiet = false }) {
    const notice = useRef(null);
    useEffect(() => { if (!quiet) notice.current.focus(); }, [problem, quiet]);
    const { conflicts = [], violations = [], alternatives } = problem.body || {};
    return (
        <div className={quiet ? 'notice wait' : 'notice bad'} role={quiet ? 'status' : 'alert'} tabIndex={-1} ref={notice}>
            <Icon name="warning" />
            <div>
                {conflicts.map((one) => <p key={`${one.start} ${one.kind}`}>{conflictText(one)}</p>)}
                {violations.map((one) => <p key={`${one.rule} ${one.limit}`}>{violationText(one)}</p>)}
                {conflicts.length + violations.length === 0 && <p>{sentence(problem)}</p>}
                {!quiet && <Alternatives alternatives={alternatives} onTake={onTake} />}
            </div>
        </div>
    );
}
