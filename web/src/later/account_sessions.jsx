// Where one is signed in, each to be ended by itself.
import { Failure, Read, remove, showAgo, t, useAction } from 'bookable-kit';

/** "Firefox, Linux": enough to tell one's own devices apart. */
function deviceText(agent) {
    if (!agent) return t('account.unknown_device');
    const browser = /(Edg|OPR|Firefox|Chrome|Safari|curl)/.exec(agent)?.[1] || agent.split(/[/ ]/)[0];
    const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1];
    return [{ Edg: 'Edge', OPR: 'Opera' }[browser] || browser, system].filter(Boolean).join(', ');
}

/** @param own  of useGet(): {sessions} */
export function Sessions({ own }) {
    const [end, { busy, problem }] = useAction(async (id) => { await remove(`/v1/me/sessions/${id}`); await own.reload(); });
    return (
        <>
            {problem && <Failure problem={problem} />}
            <Read from={own}>
                {({ sessions }) => (
                    <ul className="rows">
                        {sessions.map((one) => (
                            <li key={one.id}>
                                <span className="grow"><strong>{deviceText(one.userAgent)}</strong> <span className="quiet">{t('account.used', { ago: showAgo(one.lastUsedAt) })}</span></span>
                                {one.current ? <span className="tag">{t('account.this_one')}</span> : (
                                    <button type="button" className="button small" aria-disabled={busy || undefined} onClick={() => end(one.id)} aria-label={t('account.end_one', { device: deviceText(one.userAgent) })}>{t('account.end')}</button>
                                )}
                            </li>
                        ))}
                    </ul>
                )}
            </Read>
        </>
    );
}
