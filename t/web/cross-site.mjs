// Pages of other origins, in the browser of somebody who is signed in here: of another port of the same host, whose
// requests carry the cookie, and of another host. None of them changes anything, by a form, by fetch or by navigation.
import { createServer } from 'node:http';
import { SITE, finish, is, like, must, open, person, served, signIn, signUp, step } from './harness.mjs';

const ORIGIN = new URL(SITE).origin;
const admin = await signUp('admin');
const ann = await signUp('ann');
await must('POST', '/v1/spaces', { token: admin.token, body: { id: 'hall', name: 'Hall', building: 'Library', timeZone: 'UTC' } });

const evil = createServer((request, response) => { response.setHeader('Content-Type', 'text/html'); response.end('<!doctype html><title>evil</title>'); });
await new Promise((ready) => { evil.listen(0, ready); });
const { port } = evil.address();

const wanted = JSON.stringify({ space: 'hall', start: '2030-05-14T10:00', end: '2030-05-14T11:00', people: 1 });
const { page, context, faults } = await person();
await signIn(page, 'ann', 'mine');

const state = async () => [
    (await must('GET', '/v1/bookings?space=hall&from=2030-01-01T00:00:00Z', { token: admin.token })).items.length,
    (await must('GET', '/v1/me', { token: ann.token })).version, (await must('GET', '/v1/me/sessions', { token: ann.token })).items.length,
];
const before = await state();

// What is asked for has arrived, and was refused: the server's log says so. Its line comes after the answer.
async function refusals(from, work, path) {
    const { length } = served();
    await work();
    const mine = () => served().slice(length).filter((line) => line.includes(path));
    for (let turn = 0; turn < 600 && !mine().length; turn += 1) await new Promise((go) => { setTimeout(go, 50); });
    for (const line of mine()) like(line, /\s(403|415|401|400)$/, `${from}: what the server said`);
    if (!mine().length) throw new Error(`${from}: no request for ${path} has arrived`);
}

async function other(host) {
    const page2 = await context.newPage();
    await page2.goto(`http://${host}:${port}/`);
    return page2;
}

// A form can send three types, of which text/plain can be made to look like JSON. Each has a frame of its own: an answer
// that comes to a frame just when the next form is sent there can end that one's request before it is made.
const post = (page2, path, enctype, name, value) => page2.evaluate(([action, type, key, text]) => {
    const frame = Object.assign(document.createElement('iframe'), { name: `answer-${document.forms.length}` });
    document.body.append(frame);
    const form = Object.assign(document.createElement('form'), { method: 'POST', action, enctype: type, target: frame.name });
    const field = Object.assign(document.createElement('input'), { name: key, value: text });
    form.append(field);
    document.body.append(form);
    form.submit();
}, [ORIGIN + path, enctype, name, value]);

for (const host of ['127.0.0.1', 'localhost']) {
    const what = host === 'localhost' ? 'of another host' : 'on another port';
    await step(`a page ${what} books nothing by a form, whatever type it sends`, async () => {
        const page2 = await other(host);
        for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
            await refusals(enctype, () => post(page2, '/v1/bookings', enctype, wanted.slice(0, -1), ',"title":"x"}'), 'POST /v1/bookings');
        }
        await refusals('base API', () => post(page2, '/booking', 'text/plain', '{"userId":"1"', '}'), 'POST /booking');
        await page2.close();
        is(await state(), before, 'bookings, account, sessions');
    });

    await step(`a page ${what} books nothing by fetch with a body that has no type, and ends no session`, async () => {
        const page2 = await other(host);
        await refusals('blob', () => page2.evaluate(([url, body]) => fetch(`${url}/v1/bookings`, { method: 'POST', mode: 'no-cors', credentials: 'include', body: new Blob([body]) }).then(() => null, () => null), [ORIGIN, wanted]), 'POST /v1/bookings');
        // These are asked for in advance (OPTIONS), and never sent.
        const isRefused = await page2.evaluate(async ([url, body]) => {
            const tries = [['DELETE', '/v1/session'], ['PATCH', '/v1/me', body], ['POST', '/v1/bookings', body, { 'Content-Type': 'application/json' }]];
            const answers = await Promise.all(tries.map(([method, path, text, headers]) => fetch(url + path, { method, body: text, headers, credentials: 'include' }).then(() => false, () => true)));
            return answers;
        }, [ORIGIN, wanted]);
        is(isRefused, [true, true, true], 'what the browser refuses');
        await page2.close();
        is(await state(), before, 'bookings, account, sessions');
    });

    await step(`a page ${what} cannot read what is the person's, nor show the page in a frame`, async () => {
        const page2 = await other(host);
        is(await page2.evaluate((url) => fetch(`${url}/v1/me`, { credentials: 'include' }).then((answer) => answer.text(), () => null), ORIGIN), null, 'the account');
        const frame = await page2.evaluate((url) => new Promise((done) => {
            const one = Object.assign(document.createElement('iframe'), { src: url });
            one.onload = () => { let text; try { text = one.contentDocument ? 'seen' : 'closed'; } catch { text = 'closed'; } done(text); };
            document.body.append(one);
        }), `${SITE}/mine`);
        is(frame, 'closed', 'frame');
        const shown = page2.frames().filter((one) => one.url().startsWith(SITE));
        is(shown.length, 0, 'frames that show the page');
        await page2.close();
    });
}

await step('navigating here from another site leaves one signed in, and changes nothing', async () => {
    const page2 = await other('localhost');
    await page2.evaluate((url) => { window.location.href = url; }, `${SITE}/mine`);
    await page2.getByRole('heading', { name: 'My bookings' }).waitFor();
    await page2.close();
    is(await state(), before, 'bookings, account, sessions');
});

await step('signing in by a form of another site is refused: nobody is made to be somebody else', async () => {
    const page2 = await other('127.0.0.1');
    await refusals('sign-in', () => post(page2, '/v1/session', 'text/plain', '{"name":"admin","password":"open-sesame-of-a-test","cookie":true,"x":"', '"}'), 'POST /v1/session');
    await page2.close();
    await open(page, 'mine');
    like(await page.locator('.who').innerText(), /ann/, 'who is signed in');
});

await step('nothing was written on the console of the page', async () => is(faults, [], 'faults'));
evil.close();
await finish();
