// Somebody else was faster (412): both versions beside each other, and whose counts.
import { Icon, t } from 'bookable-kit';

const show = (value) => (value === null || value === undefined || value === '' ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value));

/**
 * @param labels   [[member, label]] of what is compared
 * @param onMine   write over what they did; onTheirs  forget what was typed
 */
export function Conflict({ mine, theirs, labels, onMine, onTheirs }) {
    const different = labels.filter(([name]) => JSON.stringify(mine[name] ?? null) !== JSON.stringify(theirs[name] ?? null));
    return (
        <div className="notice bad" role="alert" tabIndex={-1} ref={(node) => node?.focus()}>
            <Icon name="warning" />
            <div>
                <p>{t('conflict.text')}</p>
                {different.length > 0 && (
                    <table className="list small">
                        <thead><tr><th scope="col">{t('conflict.what')}</th><th scope="col">{t('conflict.mine')}</th><th scope="col">{t('conflict.theirs')}</th></tr></thead>
                        <tbody>{different.map(([name, label]) => <tr key={name}><th scope="row">{label}</th><td>{show(mine[name])}</td><td>{show(theirs[name])}</td></tr>)}</tbody>
                    </table>
                )}
                <div className="actions">
                    <button type="button" className="button primary" onClick={onMine}>{t('conflict.keep')}</button>
                    <button type="button" className="button" onClick={onTheirs}>{t('conflict.take')}</button>
                </div>
            </div>
        </div>
    );
}
