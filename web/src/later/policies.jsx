// All policies, each in a few words.
import { Empty, Link, Page, Read, isAdmin, t, useList } from 'bookable-kit';
import { useNames } from './people_known.js';
import { sentences } from './rules.js';

function Card({ policy }) {
    const nameOf = useNames();
    return (
        <li className="card">
            <h2><Link to="policy" values={{ id: policy.id }}>{policy.name}</Link></h2>
            <p className="quiet"><code>{policy.id}</code></p>
            <ul className="sentences">{sentences(policy, nameOf).slice(0, 5).map((text) => <li key={text}>{text}</li>)}</ul>
            <p><Link to="rooms" values={{ policy: policy.id }} className="quiet">{t('policies.rooms')}</Link></p>
        </li>
    );
}

export function Policies() {
    const policies = useList('/v1/policies');
    const add = isAdmin() && <Link to="policy" values={{ new: 1 }} className="button primary">{t('policies.add')}</Link>;
    return (
        <Page title={t('policies.title')} lead={t('policies.lead')} actions={add}>
            <Read from={policies}>
                {({ items }) => (items.length === 0 ? <Empty icon="clock" title={t('policies.none')} text={t('policies.none_text')}>{add}</Empty>
                    : <ul className="cards">{items.map((policy) => <Card key={policy.id} policy={policy} />)}</ul>)}
            </Read>
        </Page>
    );
}
