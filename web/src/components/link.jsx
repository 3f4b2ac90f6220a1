import { follow, href } from '../router.js';

/** A link to a page of ours: <Link to="room" values={{ id }}>. */
export function Link({ to, values, children, ...rest }) {
    return <a href={href(to, values)} onClick={follow} {...rest}>{children}</a>;
}
