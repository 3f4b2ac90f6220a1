// A SAML identity provider on loopback, for the tests of signing on.
//
//   node saml-provider.mjs FOLDER
//
// FOLDER has config.json: issuer, port, key, certificate, consumer (where assertions are sent); and people.json,
// which is read anew for each log-in: {"ann": {"name": ..., "groups": [...]}}.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import samlp from 'samlp';

const folder = process.argv[2];
const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
const config = read('config.json');
const key = readFileSync(config.key);
const cert = readFileSync(config.certificate);

// What a person's assertion says: attributes under the names that the people's file has.
function mapper(person) {
    return {
        getClaims: () => person.attributes,
        getNameIdentifier: () => ({ nameIdentifier: person.id }),
    };
}

const answer = samlp.auth({
    issuer: config.issuer, cert, key, profileMapper: mapper,
    recipient: config.consumer, destination: config.consumer, sessionIndex: '_one',
    getPostURL: (audience, request, req, done) => done(null, config.consumer),
    getUserFromRequest: (req) => {
        const attributes = read('people.json')[req.body.login];
        return attributes && { id: req.body.login, attributes };
    },
});

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const field = (name, value) => `<input type="hidden" name="${name}" value="${escaped(value || '')}">`;

function page(response, html) {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><title>Log in</title>${html}`);
}

// The log-in page, which hands on what the service provider asked for.
function ask(query, response) {
    page(response, `<form method="post" action="/sso"><input name="login"><button type="submit">Log in</button>`
        + `${field('SAMLRequest', query.get('SAMLRequest'))}${field('RelayState', query.get('RelayState'))}</form>`);
}

// samlp is middleware of Express, of which it uses this much.
function log_in(request, response, body) {
    const fields = Object.fromEntries(new URLSearchParams(body));
    request.query = { SAMLRequest: fields.SAMLRequest, RelayState: fields.RelayState };
    request.body = fields;
    response.set = (name, value) => response.setHeader(name, value);
    response.send = (status, text) => {
        if (typeof status === 'number') { response.statusCode = status; }
        response.end(typeof status === 'number' ? String(text || status) : status);
    };
    answer(Object.assign(request, { method: 'GET' }), response, (error) => {
        console.error(error);
        response.statusCode = 500;
        response.end();
    });
}

https.createServer({ key, cert }, (request, response) => {
    const url = new URL(request.url, config.issuer);
    let body = '';
    if (request.method === 'GET') { return ask(url.searchParams, response); }
    request.on('data', (piece) => { body += piece; });
    request.on('end', () => log_in(request, response, body));
}).listen(config.port, '127.0.0.1', () => console.log('ready'));
