// The end of one's own account, after a question.
import { useState } from 'react';
import { Confirm, Failure, remove, signOut, t, useAction } from 'bookable-kit';

export function DeleteAccount() {
    const [isAsked, setAsked] = useState(false);
    const [send, { busy, problem }] = useAction(async () => {
        await remove('/v1/me');
        // The session ended with the account.
        await signOut();
    });
    return (
        <>
            <button type="button" className="button" onClick={() => setAsked(true)}>{t('account.delete')}</button>
            {isAsked && (
                <Confirm title={t('account.delete_ask')} text={t('account.delete_text')} yes={t('account.delete')} danger busy={busy} onYes={send} onClose={() => setAsked(false)}>
                    {problem && <Failure problem={problem} />}
                </Confirm>
            )}
        </>
    );
}
