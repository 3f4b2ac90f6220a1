// Rows of a form, each of which can be changed or removed, and a button that adds one.
import { useRef } from 'react';
import { Icon } from 'bookable-kit';

/**
 * @param Row    draws one: { row, at, onChange, onRemove }
 * @param added  a function: the row that the button adds
 * @param add    what the button says
 */
export function Rows({ Row, rows, onChange, added, add }) {
    const button = useRef(null);
    // What had the focus is gone with its row.
    const remove = (at) => {
        onChange(rows.filter((one, i) => i !== at));
        button.current.focus();
    };
    return (
        <>
            {rows.map((row, at) => (
                // eslint-disable-next-line react/no-array-index-key
                <Row key={at} {...{ row, at }} onChange={(next) => onChange(rows.map((one, i) => (i === at ? next : one)))} onRemove={() => remove(at)} />
            ))}
            <p className="add"><button type="button" className="button small" ref={button} onClick={() => onChange([...rows, added()])}><Icon name="add" /> {add}</button></p>
        </>
    );
}
