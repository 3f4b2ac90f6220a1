// What is shown as a whole: nothing yet, the way in, or a page in its frame.
import { Component, useEffect, useState } from 'react';
import { Failure } from './components/states.jsx';
import { Live } from './components/live.jsx';
import { Toasts } from './components/toasts.jsx';
import { begin } from './beginning.js';
import { firstFrame } from './drawn.js';
import { t, useLanguage } from './i18n.js';
import { usePlace } from './router.js';
import { useSession } from './session.js';
import { forgetEarly } from './use_api.js';
import { Frame } from './frame.jsx';
import { PageOf } from './pages.jsx';
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

/** @param first  how the page has begun: what begin() says */
function useBeginning(first) {
    const [state, setState] = useState(first);
    const start = async () => {
        setState({ isReady: false, problem: null });
        setState(await begin());
    };
    // Effects of what is inside come before this one.
    useEffect(() => { if (state.isReady) { forgetEarly(); firstFrame(); } }, [state]);
    return { ...state, start };
}

export function App({ first }) {
    const place = usePlace();
    const { isReady, problem, start } = useBeginning(first);
    const { state, expired, user } = useSession();
    useLanguage();
    if (problem) return <main className="alone"><Failure problem={problem} onRetry={start} /></main>;
    if (!isReady) return null;
    return (
        <>
            {state === 'out' && !expired ? <SignIn /> : (
                // Who signs in as somebody else does not find what was typed before.
                <Frame key={user?.id} place={place}>
                    <Guard place={place}><PageOf place={place} /></Guard>
                </Frame>
            )}
            {expired && <SignInAgain />}
            <Toasts />
            <Live />
        </>
    );
}
