// Rows of a form, each of which can be changed or removed, and a button that adds one.
import { Icon } from 'bookable-kit';

/**
 * @param Row    draws one: { row, at, onChange, onRemove }
 * @param added  the row that the button adds
 * @param add    what the button says
 */
export function Rows({ Row, rows, onChange, added, add }) {
    return (
        <>
            {rows.map((row, at) => (
                // eslint-disable-next-line react/no-array-index-key
                <Row key={at} {...{ row, at }} onChange={(next) => onChange(rows.map((one, i) => (i === at ? next : one)))} onRemove={() => onChange(rows.filter((one, i) => i !== at))} />
            ))}
            <p className="add"><button type="button" className="button small" onClick={() => onChange([...rows, added])}><Icon name="add" /> {add}</button></p>
        </>
    );
}
