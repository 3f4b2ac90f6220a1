// What is shown as a whole: nothing yet, the way in, or a page in its frame.
import { Component, useEffect, useState } from 'react';
import { Failure } from './components/states.jsx';
import { Live } from './components/live.jsx';
import { Toasts } from './components/toasts.jsx';
import { firstLanguages, t, useLanguage, loadLanguage } from './i18n.js';
import { usePlace } from './router.js';
import { begin, useSession } from './session.js';
import { Frame } from './frame.jsx';
import { PageOf, preload } from './pages.jsx';
import { settings } from './settings.js';
import { SignIn, SignInAgain } from './screens/sign_in.jsx';

/** A fault of the page itself: what was typed elsewhere is lost, the page is not. */
class Guard extends Component {
    constructor(properties) {
        super(properties);
        this.state = { error: null };
    }

    static getDerivedStateFromError(error) { return { error }; }

    componentDidUpdate(before) {
        if (before.place !== this.props.place && this.state.error) this.setState({ error: null });
    }

    render() {
        if (!this.state.error) return this.props.children;
        return (
            <div className="notice bad" role="alert">
                <p>{t('problem.page')}</p>
                <button type="button" className="button" onClick={() => window.location.reload()}>{t('common.reload')}</button>
            </div>
        );
    }
}

/** Reads the texts, and who is signed in, at once, and what the page needs besides, if it is likely to be shown. */
function useBeginning(name) {
    const [state, setState] = useState({ isReady: false, problem: null });
    const start = () => {
        setState({ isReady: false, problem: null });
        if (settings.get().signedIn) preload(name);
        Promise.all([loadLanguage(firstLanguages()), begin()]).then(
            () => setState({ isReady: true, problem: null }),
            (problem) => setState({ isReady: false, problem }),
        );
    };
    useEffect(start, []);
    return { ...state, start };
}

export function App() {
    const place = usePlace();
    const { isReady, problem, start } = useBeginning(place.name);
    const { state, expired } = useSession();
    useLanguage();
    if (problem) return <main className="alone"><Failure problem={problem} onRetry={start} /></main>;
    if (!isReady) return null;
    return (
        <>
            {state === 'out' && !expired ? <SignIn /> : (
                <Frame place={place}>
                    <Guard place={place}><PageOf place={place} /></Guard>
                </Frame>
            )}
            {expired && <SignInAgain />}
            <Toasts />
            <Live />
        </>
    );
}
