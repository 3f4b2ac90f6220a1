// A real OpenID provider on loopback, for the tests of signing on: Keycloak's and Entra ID's part in a house.
//
//   node oidc-provider.mjs FOLDER
//
// FOLDER has config.json: issuer, port, key, certificate, client (as the OpenID Connect registration has it);
// and people.json, which is read anew for each log-in: {"ann": {"name": ..., "groups": [...]}}.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import Provider from 'oidc-provider';

const folder = process.argv[2];
const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
const config = read('config.json');

const provider = new Provider(config.issuer, {
    clients: [config.client],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['of one test'] },
    features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
    pkce: { required: () => false },
    findAccount: (ctx, id) => {
        const person = read('people.json')[id];
        return person && { accountId: id, claims: () => ({ sub: id, ...person }) };
    },
    // Nobody is asked whether the booking system may know their name: a house decides that once.
    loadExistingGrant: async (ctx) => {
        const grant = new ctx.oidc.provider.Grant({
            clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
    },
});
provider.on('server_error', (ctx, error) => console.error(error));
provider.on('backchannel.error', (ctx, error) => console.error('back channel:', error.message));
provider.on('backchannel.success', () => console.log('back channel: done'));

https.createServer({ key: readFileSync(config.key), cert: readFileSync(config.certificate) }, provider.callback())
    .listen(config.port, '127.0.0.1', () => console.log('ready'));
