// The client of API v1: each function resolves with an Answer, or rejects with a Problem. Nothing is thrown
// for what is daily business elsewhere: the caller decides what a 409 means.

/** An error as the API says it (RFC 9457), or as the network does: code "offline", "timeout", "aborted". */
export class Problem extends Error {
    constructor(status, body) {
        super(body.detail || body.title || body.code);
        this.status = status;
        this.code = body.code || 'unknown';
        this.title = body.title || '';
        this.body = body;
        this.etag = null;
    }

    /** The faults of a form: { "/capacity": {code, detail} }. */
    get byPointer() {
        const faults = {};
        for (const fault of this.body.errors || []) faults[fault.pointer] ??= fault;
        return faults;
    }

    /** Whether nobody knows if the request was carried out. */
    get isUnknown() { return ['offline', 'timeout', 'outcome-unknown'].includes(this.code); }
}

/** A form that is not filled in: it is said at the fields. @param pointers  of what is missing */
export function missing(pointers) { return new Problem(422, { code: 'bad-value', errors: pointers.map((pointer) => ({ pointer, code: 'missing-member' })) }); }

// A person waits no longer than this for an answer; the same request is then repeated by its key.
const PATIENCE = 15000;

// Told when the session has ended, with the request that was refused.
let onSignedOut = () => {};
export function whenSignedOut(listener) { onSignedOut = listener; }

// Told of each change that was made, by its path.
const changeListeners = new Set();
export function whenChanged(listener) { changeListeners.add(listener); }

/** A key of one intent: sent again with each try, it makes one booking of them all. */
export function newKey() { return crypto.randomUUID(); }

async function read(response) {
    const type = response.headers.get('Content-Type') || '';
    if (response.status === 204 || response.status === 304) return null;
    return /\bjson\b/.test(type) ? response.json() : response.text();
}

function headersOf({ body, etag, ifNoneMatch, key, type, accept }) {
    const headers = { Accept: accept || 'application/json' };
    // A request with a cookie needs a type, body or not: it tells a page of this site from a form of another.
    if (body !== undefined || type) headers['Content-Type'] = type || 'application/json';
    if (etag) headers['If-Match'] = etag;
    if (ifNoneMatch) headers['If-None-Match'] = ifNoneMatch;
    if (key) headers['Idempotency-Key'] = key;
    return headers;
}

// The answer and what it holds: a connection may end in the middle of that, too.
async function exchange(method, path, options, signal) {
    const { body } = options;
    const isChange = method !== 'GET';
    try {
        const response = await fetch(path, {
            method, signal, credentials: 'same-origin', cache: 'no-cache', redirect: 'error',
            headers: headersOf({ ...options, type: options.type || (isChange ? 'application/json' : undefined) }),
            body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
        });
        return { response, body: await read(response) };
    } catch (error) {
        if (options.signal?.aborted) throw new Problem(0, { code: 'aborted', title: 'Aborted' });
        const code = signal.aborted ? 'timeout' : 'offline';
        throw new Problem(0, { code, title: code });
    }
}

/**
 * Send a request.
 * @param options  body (object, or text with type), etag (If-Match), ifNoneMatch, key (Idempotency-Key), signal
 * @return {status, body, etag, headers}; status 304 has no body
 */
export async function request(method, path, options = {}) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), PATIENCE);
    const give = () => limit.abort();
    if (options.signal?.aborted) give();
    options.signal?.addEventListener('abort', give);
    try {
        const { response, body } = await exchange(method, path, options, limit.signal);
        if (response.ok || response.status === 304) {
            if (method !== 'GET') changeListeners.forEach((listener) => listener(path));
            return { status: response.status, body, etag: response.headers.get('ETag'), headers: response.headers };
        }
        throw refusal(response, body, { ...options, isChange: method !== 'GET' });
    } finally {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', give);
    }
}

// What is no problem as the API says it comes from a gateway, which may have sent on the request that it has no answer to.
function unexplained({ status }, isChange) {
    if (status < 500) return { code: 'unknown', title: String(status) };
    return { code: isChange && status !== 503 ? 'outcome-unknown' : 'dependency-unavailable' };
}

function refusal(response, body, options) {
    const problem = new Problem(response.status, body && typeof body === 'object' ? body : unexplained(response, options.isChange));
    problem.etag = response.headers.get('ETag');
    problem.retryAfter = Number(response.headers.get('Retry-After')) || null;
    if (problem.code === 'not-signed-in' && !options.quiet) onSignedOut();
    return problem;
}

export const get = (path, options) => request('GET', path, options);
export const post = (path, body, options) => request('POST', path, { ...options, body });
export const patch = (path, body, etag, options) => request('PATCH', path, { ...options, body, etag });
export const put = (path, body, options) => request('PUT', path, { ...options, body });
export const remove = (path, options) => request('DELETE', path, options);

/**
 * The same POST again, with the same key, until it is known what became of it.
 * @param onDoubt  called once there is no answer and it is asked again
 */
export async function postOnce(path, body, key, onDoubt) {
    for (let attempt = 1; ; attempt += 1) {
        try {
            return await post(path, body, { key });
        } catch (problem) {
            if (!problem.isUnknown && problem.code !== 'idempotency-in-progress') throw problem;
            if (attempt >= 5) throw problem;
            onDoubt?.(problem);
            await new Promise((go) => { setTimeout(go, 500 * 2 ** attempt); });
        }
    }
}

/** All pages of a list, at most a number of items. */
export async function list(path, { most = 1000, signal } = {}) {
    const items = [];
    let cursor = null;
    do {
        const more = `${path.includes('?') ? '&' : '?'}limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
        const { body } = await get(path + more, { signal });
        items.push(...body.items);
        cursor = body.next;
    } while (cursor && items.length < most);
    return { items, isMore: cursor !== null };
}

/** A path with a query string, of the values that are there. */
export function query(path, values) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) {
        for (const one of Array.isArray(value) ? value : [value]) {
            if (one !== undefined && one !== null && one !== '') parameters.append(name, one);
        }
    }
    const text = parameters.toString();
    return text ? `${path}?${text}` : path;
}
