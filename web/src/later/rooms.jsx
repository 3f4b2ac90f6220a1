// All rooms, found by words, building, seats and features; for who may change them, the way to do it.
import { useEffect, useRef, useState } from 'react';
import {
    Empty, Icon, Link, NoRooms, Page, ROOM_FILTERS, Read, announce, distinct, featureText, go, href, isAdmin, placeText, readRooms, roomFilters, roomsPath, t, useGet,
    useGrowing, usePlaces, useSettled,
} from 'bookable-kit';

function useFilters(query) {
    const address = roomsPath(roomFilters(query));
    const [filters, setFilters] = useState(() => roomFilters(query));
    const change = (name) => (event) => setFilters((were) => ({ ...were, [name]: event.target.value }));
    const settled = useSettled(filters, 250);
    // What the address has of what is typed here. Another address, by a link or by Back, is another question.
    const own = useRef(address);
    useEffect(() => {
        if (address === own.current) return;
        own.current = address;
        setFilters(roomFilters(query));
    }, [address]);
    useEffect(() => {
        if (roomsPath(settled) === own.current) return;
        own.current = roomsPath(settled);
        go(href('rooms', settled), { replace: true });
    }, [settled]);
    return { filters, change, settled };
}

function Filters({ filters, change }) {
    const places = usePlaces();
    // What an address names is there, whatever else is known.
    const choices = (kind, chosen) => distinct([...places[kind], chosen]);
    return (
        <form className="filters" role="search" aria-label={t('rooms.filter')} onSubmit={(event) => event.preventDefault()}>
            <label className="grow">{t('rooms.words')}<input type="search" value={filters.q} onChange={change('q')} /></label>
            <label>{t('rooms.building')}
                <select value={filters.building} onChange={change('building')}>
                    <option value="">{t('rooms.all_buildings')}</option>
                    {choices('buildings', filters.building).map((name) => <option key={name} value={name}>{name}</option>)}
                </select>
            </label>
            <label>{t('rooms.seats_min')}<input type="number" min="1" inputMode="numeric" value={filters.capacityMin} onChange={change('capacityMin')} /></label>
            <label>{t('rooms.feature')}
                <select value={filters.feature} onChange={change('feature')}>
                    <option value="">{t('rooms.any_feature')}</option>
                    {choices('features', filters.feature).map((name) => <option key={name} value={name}>{featureText(name)}</option>)}
                </select>
            </label>
            {isAdmin() && (
                <label>{t('rooms.state')}
                    <select value={filters.state} onChange={change('state')}>
                        <option value="">{t('rooms.in_use')}</option>
                        <option value="archived">{t('rooms.archived')}</option>
                        <option value="active,archived">{t('rooms.both')}</option>
                    </select>
                </label>
            )}
            {filters.policy && (
                <button type="button" className="button small" onClick={() => change('policy')({ target: { value: '' } })}>
                    {t('rooms.with_rules', { name: filters.policy })} <Icon name="close" />
                </button>
            )}
        </form>
    );
}

function Row({ space }) {
    return (
        <tr className={space.state === 'archived' ? 'faded' : undefined}>
            <th scope="row">
                <Link to="room" values={{ id: space.id }}>{space.name}</Link>
                {space.state === 'archived' && <span className="tag">{t('rooms.archived_one')}</span>}
            </th>
            <td data-label={t('rooms.place')}>{placeText(space)}</td>
            <td data-label={t('rooms.seats')} className="number">{space.capacity ?? '–'}</td>
            <td data-label={t('rooms.features')}>{space.features.map(featureText).join(', ') || '–'}</td>
            {isAdmin() && <td data-label={t('rooms.rules')}>{space.policy ? <Link to="policy" values={{ id: space.policy }}>{space.policy}</Link> : t('rooms.no_rules')}</td>}
            {isAdmin() && <td className="row-actions"><Link to="edit-room" values={{ id: space.id }} className="button small" aria-label={t('rooms.edit_one', { name: space.name })}>{t('common.edit')}</Link></td>}
        </tr>
    );
}

// Pixels.
const ROW = 45;

function Table({ spaces }) {
    const count = useGrowing(spaces.length, ROW);
    return (
        <div className="scroll">
            <table className="list" aria-busy={count < spaces.length || undefined}>
                <caption className="hidden">{t('rooms.title')}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t('rooms.name')}</th>
                        <th scope="col">{t('rooms.place')}</th>
                        <th scope="col" className="number">{t('rooms.seats')}</th>
                        <th scope="col">{t('rooms.features')}</th>
                        {isAdmin() && <th scope="col">{t('rooms.rules')}</th>}
                        {isAdmin() && <th scope="col"><span className="hidden">{t('common.actions')}</span></th>}
                    </tr>
                </thead>
                <tbody>{spaces.slice(0, count).map((space) => <Row key={space.id} space={space} />)}</tbody>
            </table>
        </div>
    );
}

function Found({ body, settled, reload }) {
    const isFiltered = ROOM_FILTERS.some((name) => settled[name]);
    const { length } = body.items;
    useEffect(() => { announce(t('rooms.found', { n: length })); }, [length, settled]);
    if (length === 0 && !isFiltered) return <NoRooms onMade={reload} />;
    if (length === 0) return <Empty icon="search" title={t('rooms.none_found')} text={t('rooms.none_found_text')} />;
    return (
        <>
            <p className="count">{t('rooms.found', { n: length })}{body.isMore && ` ${t('common.and_more')}`}</p>
            <Table spaces={body.items} />
        </>
    );
}

export function Rooms({ query }) {
    const { filters, change, settled } = useFilters(query);
    const spaces = useGet(roomsPath(settled), { reader: readRooms });
    const actions = isAdmin() && (
        <>
            <Link to="import-rooms" className="button">{t('rooms.import')}</Link>
            <Link to="edit-room" className="button primary">{t('rooms.add')}</Link>
        </>
    );
    return (
        <Page title={t('rooms.title')} actions={actions}>
            <Filters filters={filters} change={change} />
            <Read from={spaces}>{(body) => <Found body={body} settled={settled} reload={spaces.reload} />}</Read>
        </Page>
    );
}
