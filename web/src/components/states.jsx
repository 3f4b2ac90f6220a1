// What stands in the place of a list while there is none: being read, out of reach, empty.
import { sentence, t } from '../i18n.js';
import { Icon } from './icon.jsx';

export function Loading() {
    return <p className="loading" aria-busy="true">{t('common.loading')}</p>;
}

/** Why something could not be read, and a button to try again. What is still shown is said to be old. */
export function Failure({ problem, onRetry, isOld = false }) {
    return (
        <div className="notice bad" role="alert">
            <Icon name="warning" />
            <div>
                <p>{sentence(problem)}{isOld && ` ${t('common.shown_is_old')}`}</p>
                {onRetry && <button type="button" className="button small" onClick={onRetry}>{t('common.retry')}</button>}
            </div>
        </div>
    );
}

/** Nothing is there: what to do about it. */
export function Empty({ icon = 'room', title, text, children }) {
    return (
        <div className="empty">
            <Icon name={icon} />
            <h2>{title}</h2>
            {text && <p>{text}</p>}
            {children && <div className="actions">{children}</div>}
        </div>
    );
}

/** The three of them around what useGet() has read. @param children  a function of the body */
export function Read({ from, children }) {
    if (!from.body) return from.problem ? <Failure problem={from.problem} onRetry={from.reload} /> : <Loading />;
    return (
        <>
            {from.problem && from.problem.code !== 'not-signed-in' && <Failure problem={from.problem} onRetry={from.reload} isOld />}
            {children(from.body)}
        </>
    );
}
