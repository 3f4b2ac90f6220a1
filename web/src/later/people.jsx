// People: found by name, their role, groups and state changed, somebody new added.
import { useEffect, useState } from 'react';
import { Empty, Link, Page, Read, announce, isAdmin, query as withQuery, seesAll, showAgo, t, useGet, useList, useSettled } from 'bookable-kit';
import { Person } from './person.jsx';
import { NewPerson } from './new_person.jsx';

const ROLES = ['member', 'auditor', 'admin'];

function Filters({ filters, setFilters }) {
    const change = (name) => (event) => setFilters((were) => ({ ...were, [name]: event.target.value }));
    const [isAsked, setAsked] = useState(false);
    const groups = useList(isAsked && seesAll() ? '/v1/groups' : null);
    return (
        <form className="filters" role="search" aria-label={t('people.filter')} onSubmit={(event) => event.preventDefault()}>
            <label className="grow">{t('people.words')}<input type="search" value={filters.q} onChange={change('q')} /></label>
            <label>{t('people.role')}
                <select value={filters.role} onChange={change('role')}>
                    <option value="">{t('people.any_role')}</option>
                    {ROLES.map((role) => <option key={role} value={role}>{t(`role.${role}`)}</option>)}
                </select>
            </label>
            <label>{t('people.group')}<input type="text" list="groups" value={filters.group} onChange={change('group')} onFocus={() => setAsked(true)} autoCapitalize="none" /></label>
            <datalist id="groups">{(groups.body?.items || []).map(({ name }) => <option key={name} value={name} />)}</datalist>
        </form>
    );
}

function Row({ person, onOpen }) {
    return (
        <tr className={person.disabled ? 'faded' : undefined}>
            <th scope="row">
                <button type="button" className="linklike" onClick={() => onOpen(person.id)}>{person.name || person.id}</button>
                {person.disabled && <span className="tag">{t('people.disabled')}</span>}
                {person.service && <span className="tag">{t('people.service')}</span>}
            </th>
            <td data-label={t('people.login')}>{person.login || '–'}</td>
            <td data-label={t('people.email')}>{person.email || '–'}</td>
            <td data-label={t('people.role')}>{t(`role.${person.role}`)}</td>
            <td data-label={t('people.groups')}>{person.groups.join(', ') || '–'}</td>
            <td data-label={t('people.signed_on')}>{person.signedOnAt ? showAgo(person.signedOnAt) : '–'}</td>
        </tr>
    );
}

function Table({ people, onOpen }) {
    const columns = ['name', 'login', 'email', 'role', 'groups', 'signed_on'];
    return (
        <div className="scroll">
            <table className="list">
                <caption className="hidden">{t('people.title')}</caption>
                <thead><tr>{columns.map((name) => <th key={name} scope="col">{t(`people.${name}`)}</th>)}</tr></thead>
                <tbody>{people.map((person) => <Row key={person.id} person={person} onOpen={onOpen} />)}</tbody>
            </table>
        </div>
    );
}

export function People() {
    const [filters, setFilters] = useState({ q: '', role: '', group: '' });
    const [open, setOpen] = useState(null);
    const people = useGet(withQuery('/v1/users', { ...useSettled(filters, 250), limit: 100 }));
    const length = people.body?.items.length;
    useEffect(() => { if (length !== undefined) announce(t('people.found', { n: length })); }, [length]);
    const close = () => { setOpen(null); people.reload(); };
    const actions = <><Link to="groups" className="button">{t('people.to_groups')}</Link>{isAdmin() && <button type="button" className="button primary" onClick={() => setOpen('new')}>{t('people.add')}</button>}</>;
    return (
        <Page title={t('people.title')} actions={actions}>
            <Filters filters={filters} setFilters={setFilters} />
            <Read from={people}>
                {({ items, next }) => (items.length === 0 ? <Empty icon="people" title={t('people.none')} text={t('people.none_text')} /> : (
                    <>
                        <p className="count">{t('people.found', { n: items.length })}{next && ` ${t('common.and_more')}`}</p>
                        <Table people={items} onOpen={setOpen} />
                    </>
                ))}
            </Read>
            {open === 'new' && <NewPerson onClose={close} />}
            {open && open !== 'new' && <Person id={open} onClose={close} />}
        </Page>
    );
}
