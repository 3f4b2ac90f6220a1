// Where one is signed in, each to be ended by itself.
import { Failure, Read, remove, showAgo, t, useAction, useList } from 'bookable-kit';

/** "Firefox, Linux": enough to tell one's own devices apart. */
function deviceText(agent) {
    if (!agent) return t('account.unknown_device');
    const browser = /(Edg|OPR|Firefox|Chrome|Safari|curl)/.exec(agent)?.[1] || agent.split(/[/ ]/)[0];
    const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1];
    return [{ Edg: 'Edge', OPR: 'Opera' }[browser] || browser, system].filter(Boolean).join(', ');
}

export function Sessions() {
    const sessions = useList('/v1/me/sessions');
    const [end, { problem }] = useAction(async (id) => { await remove(`/v1/me/sessions/${id}`); await sessions.reload(); });
    return (
        <>
            {problem && <Failure problem={problem} />}
            <Read from={sessions}>
                {({ items }) => (
                    <ul className="rows">
                        {items.map((one) => (
                            <li key={one.id}>
                                <span className="grow"><strong>{deviceText(one.userAgent)}</strong> <span className="quiet">{t('account.used', { ago: showAgo(one.lastUsedAt) })}</span></span>
                                {one.current ? <span className="tag">{t('account.this_one')}</span> : (
                                    <button type="button" className="button small" onClick={() => end(one.id)}>{t('account.end')}</button>
                                )}
                            </li>
                        ))}
                    </ul>
                )}
            </Read>
        </>
    );
}
