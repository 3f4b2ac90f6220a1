// The way in and out, and what the page is served with.
import { PASSWORD, SITE, call, finish, is, like, missingTexts, must, open, person, served, settled, signIn, signUp, step, sticksOut, violations } from './harness.mjs';

const admin = await signUp('admin');
const ann = await signUp('ann');
const { page, context, faults } = await person();

await step('the first load is at most 5 requests and 90 KB, and a sign-in is shown', async () => {
    let bytes = 0;
    const sizes = [];
    const client = await context.newCDPSession(page);
    await client.send('Network.enable');
    client.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; sizes.push(event.encodedDataLength); });
    await open(page, '');
    await page.getByLabel('Password').waitFor();
    if (sizes.length < 3 || sizes.length > 5) throw new Error(`${sizes.length} requests: ${sizes}`);
    if (bytes > 90 * 1024) throw new Error(`${bytes} bytes: ${sizes}`);
});

await step('gzip alone is at most 90 KB, of all that a first load needs', async () => {
    let bytes = 0;
    const html = await (await fetch(`${SITE}/`)).text();
    for (const name of [...html.match(/a\/main-[0-9a-f]{10}\.(js|css)/g), (await languageFile('en'))]) {
        const response = await call('GET', `${new URL(SITE).pathname.replace(/\/$/, '')}/${name}`, { headers: { 'Accept-Encoding': 'gzip' } });
        is(response.headers.get('Content-Encoding'), 'gzip', name);
        bytes += Number(response.headers.get('Content-Length')) || Infinity;
    }
    if (bytes > 90 * 1024) throw new Error(`${bytes} bytes`);
});

function languageFile(tag, part = 'file') { return page.evaluate(([one, its]) => globalThis.bookable.kit.languages[one][its], [tag, part]); }

await step('scripts are kept for ever, compressed as the browser likes it, and each form says that there are others', async () => {
    const path = new URL(await page.evaluate(() => document.querySelector('script[src]').src)).pathname;
    for (const [accept, encoding] of [['br, gzip', 'br'], ['gzip', 'gzip'], ['identity', null]]) {
        const { headers } = await call('GET', path, { headers: { 'Accept-Encoding': accept } });
        is(headers.get('Content-Encoding'), encoding, `of ${accept}`);
        like(headers.get('Vary'), /Accept-Encoding/i, `Vary of ${accept}`);
        like(headers.get('Cache-Control'), /immutable/, `Cache-Control of ${accept}`);
        is(headers.get('Content-Type'), 'text/javascript; charset=utf-8', `type of ${accept}`);
    }
});

await step('the page asks each time, and has a policy for its contents', async () => {
    const { headers } = await call('GET', `${new URL(SITE).pathname.replace(/\/$/, '')}/rooms`);
    is(headers.get('Cache-Control'), 'no-cache', 'Cache-Control');
    like(headers.get('Content-Security-Policy'), /default-src 'none'.*frame-ancestors 'none'.*require-trusted-types-for 'script'/, 'policy');
    is(headers.get('X-Content-Type-Options'), 'nosniff', 'X-Content-Type-Options');
});

await step('no page pretends to be at a path that is none, and a file that is not there is not found', async () => {
    const base = new URL(SITE).pathname.replace(/\/$/, '');
    for (const path of ['/nothing', '/rooms/lib-101', '/a/main-0000000000.js', '/a/']) {
        const { status } = await call('GET', base + path);
        if (status < 400) throw new Error(`${path}: ${status}`);
    }
});

await step('all pages of the script have an address at the server', async () => {
    const names = await page.evaluate(() => globalThis.bookable.pages);
    const base = new URL(SITE).pathname.replace(/\/$/, '');
    for (const name of names) is((await call('GET', `${base}/${name}`)).status, 200, name);
});

await step('a wrong password is said in words, and the field keeps what was typed', async () => {
    await page.getByLabel('Name').fill('ann');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    like(await page.getByRole('alert').innerText(), /nobody with this name and password/, 'alert');
    is(await page.getByLabel('Name').inputValue(), 'ann', 'name');
});

await step('signing in by keyboard alone leads to the page that was asked for', async () => {
    await open(page, 'account');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ann');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    is(new URL(page.url()).pathname, new URL('account', `${SITE}/`).pathname, 'address');
});

await step('the session is a cookie that no script can read', async () => {
    const cookies = (await context.cookies()).filter(({ name }) => /bookable/.test(name));
    is(cookies.map(({ httpOnly, sameSite, path }) => [httpOnly, sameSite, path]), [[true, 'Lax', '/']], 'cookie');
    is(await page.evaluate(() => document.cookie), '', 'document.cookie');
});

await step('a page of another site changes nothing by fetch', async () => {
    const other = await context.newPage();
    const before = (await must('GET', '/v1/me', { token: ann.token })).version;
    // localhost is another host, and another site, than 127.0.0.1; a data: page has no origin at all.
    await other.goto(`${new URL(SITE).origin.replace('127.0.0.1', 'localhost')}/`).catch(() => {});
    await other.evaluate(async (url) => {
        await fetch(`${url}/v1/me`, { method: 'POST', mode: 'no-cors', credentials: 'include', body: new Blob(['{"displayName":"Eve"}']) }).catch(() => {});
        await fetch(`${url}/v1/session`, { method: 'DELETE', mode: 'cors', credentials: 'include' }).catch(() => {});
    }, new URL(SITE).origin);
    await other.close();
    is((await must('GET', '/v1/me', { token: ann.token })).version, before, 'version of the account');
    await page.reload();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
});

await step('name, clock and week are changed, and hold after a reload', async () => {
    await page.getByLabel('Display name').fill('<img src=x onerror=alert(1)>');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    await page.getByLabel('Time of day').selectOption('12');
    await page.getByLabel('The week begins on').selectOption('0');
    await page.reload();
    await settled(page);
    is([await page.getByLabel('Time of day').inputValue(), await page.getByLabel('The week begins on').inputValue()], ['12', '0'], 'clock, and week');
    is(await page.evaluate(() => [globalThis.bookable.kit.showTime('2030-05-14T14:00'), globalThis.bookable.kit.weekOf('2030-05-15')[0]]), ['2:00 pm', '2030-05-12'], 'a time, and the first day of a week');
    like(await page.locator('.who').innerText(), /<img src=x onerror=alert\(1\)>/, 'a name that is HTML is shown as it is');
    is(await page.locator('img[src=x]').count(), 0, 'images of a name');
});

await step('an account that was changed elsewhere meanwhile is not written over', async () => {
    const { version } = await must('GET', '/v1/me', { token: ann.token });
    await must('PATCH', '/v1/me', { token: ann.token, body: { displayName: 'Ann Other' }, headers: { 'If-Match': `"${version}"` } });
    await page.getByLabel('Display name').fill('Mine');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').locator('li').waitFor();
    like(await page.getByRole('alert').locator('li').allInnerTexts(), /^Display name: was “.*”, is now “Ann Other”\. You have “Mine”\.$/, 'what was changed');
    await page.getByRole('button', { name: 'Take theirs' }).click();
    await page.waitForFunction(() => [...document.querySelectorAll('input')].some((one) => one.value === 'Ann Other'));
});

await step('a token is made, shown once, and revoked', async () => {
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('What is it for?').fill('calendar');
    await page.getByRole('button', { name: 'Make it' }).click();
    const token = await page.locator('.secret code').innerText();
    is((await call('GET', '/v1/session', { token })).status, 200, 'the token works');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('You have none.').waitFor();
    is((await call('GET', '/v1/session', { token })).status, 401, 'the token is revoked');
});

await step('of two languages that were chosen the last one is shown, whichever texts come first', async () => {
    let release;
    const held = new Promise((go) => { release = go; });
    const isGerman = /\/a\/lang-de-/;
    await page.route(isGerman, async (route) => { await held; await route.continue(); });
    const answered = page.waitForResponse(isGerman);
    for (const tag of ['de', 'en']) await page.getByLabel('Language').selectOption(tag);
    release();
    await (await answered).finished();
    // What the page makes of the texts it has made by then.
    await page.evaluate((file) => fetch(file).then((answer) => answer.json()), `${SITE}/${await languageFile('de')}`);
    is(await page.evaluate(() => document.documentElement.lang), 'en', 'language');
    await page.unroute(isGerman);
});

await step('an expired session asks who it is, keeps what was typed, and goes on', async () => {
    await page.getByLabel('E-mail address').fill('ann@example.org');
    const cookie = (await context.cookies()).find(({ name }) => /bookable/.test(name));
    await call('DELETE', '/v1/session', { token: cookie.value });
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    is(await page.getByLabel('E-mail address').inputValue(), 'ann@example.org', 'what was typed');
});

await step('signing out in one tab shows nothing more in another', async () => {
    const second = await context.newPage();
    await second.goto(`${SITE}/account`);
    await second.getByRole('button', { name: 'Sign out' }).click();
    await second.getByText('Sign in to find and book a room.').waitFor();
    await page.getByText('Sign in to find and book a room.').waitFor();
    await second.close();
});

await step('a member has no pages of administrators, neither in the navigation nor by address', async () => {
    await signIn(page, 'ann', 'people');
    await page.getByRole('heading', { name: 'Not for you' }).waitFor();
    is(await page.locator('.navigation a').evaluateAll((all) => all.map((one) => one.textContent.trim())), ['Find', 'Day', 'My bookings', 'Rooms'], 'navigation');
});

await step('a sample building has the names of its maker\'s language', async () => {
    const german = await person({ locale: 'de-DE' });
    const sent = [];
    const keep = (route) => { sent.push(JSON.parse(route.request().postData())); return route.fulfill({ json: { items: [], created: 0 } }); };
    await german.page.route('**/v1/policies/*', keep);
    await german.page.route('**/v1/spaces/batch', keep);
    await open(german.page, '');
    await german.page.getByLabel('Name').fill('admin');
    await german.page.getByLabel('Passwort').fill(PASSWORD);
    await german.page.keyboard.press('Enter');
    await german.page.getByRole('button', { name: 'Beispielgebäude anlegen' }).click();
    await german.page.locator('.toast').waitFor();
    is(sent.slice(0, 3).map(({ name }) => name), ['Gruppenräume', 'Besprechungsräume', 'Säle'], 'rules');
    is([...new Set(sent[3].items.map(({ building }) => building))], ['Musterhaus'], 'building');
    is(sent[3].items.slice(0, 2).map(({ id, name, floor }) => [id, name, floor]), [['sample-101', 'Gruppenraum 101', '1'], ['sample-102', 'Gruppenraum 102', '1']], 'rooms');
    await german.context.close();
});

await step('an empty house tells a member so, and its administrator what to do; a click makes a sample building', async () => {
    await open(page, '');
    await page.getByRole('heading', { name: 'No rooms yet' }).waitFor();
    const boss = await person();
    await signIn(boss.page, 'admin');
    for (const name of ['board', 'today', 'calendar', '']) {
        await open(boss.page, name);
        await boss.page.getByRole('button', { name: 'Make a sample building' }).waitFor();
    }
    await boss.page.getByRole('button', { name: 'Make a sample building' }).click();
    await boss.page.getByText(/rooms? (is|are) free|No room is free/).first().waitFor();
    is((await must('GET', '/v1/spaces?limit=200', { token: admin.token })).items.length, 11, 'rooms');
    is(boss.faults, [], 'faults');
    await boss.context.close();
});

await step('a screen asks each thing once', async () => {
    const before = served().length;
    await open(page, 'room?id=sample-103');
    await settled(page);
    // The screen before may have asked something meanwhile.
    const asked = served().slice(before).filter((line) => /\/v1\/.*sample-103/.test(line)).map((line) => line.split(/[ ?]/)[1]).sort();
    is(asked, ['/v1/availability', '/v1/quotas', '/v1/spaces/sample-103'], 'requests');
});

await step('German has all texts', async () => {
    const german = await person({ locale: 'de-AT' });
    await open(german.page, '');
    is(await german.page.evaluate(() => document.documentElement.lang), 'de', 'lang');
    like(await german.page.locator('main').innerText(), /Passwort/, 'sign-in');
    is(await missingTexts(german.page), [], 'missing');
    await german.context.close();
    const keys = async (tag, part) => Object.entries(await (await fetch(`${SITE}/${await languageFile(tag, part)}`)).json())
        .flatMap(([section, texts]) => Object.keys(texts).map((name) => `${section}.${name}`)).sort();
    for (const part of ['file', 'later']) is(await keys('de', part), await keys('en', part), `keys of ${part}`);
});

await step('the sign-in is accessible, light and dark, narrow and with large text', async () => {
    const guest = await person();
    for (const scheme of ['light', 'dark']) {
        await guest.page.emulateMedia({ colorScheme: scheme });
        await open(guest.page, '');
        is(await violations(guest.page), [], scheme);
    }
    await guest.page.setViewportSize({ width: 320, height: 640 });
    is(await sticksOut(guest.page), [], '320 px');
    await guest.page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
    is(await sticksOut(guest.page), [], '200 %');
    is(guest.faults, [], 'faults');
    await guest.context.close();
});

await step('a zone\'s clock is read as Temporal reads it, on the days on which clocks change', async () => {
    // Browsers that have no Temporal are asked in another way.
    for (const isThere of [true, false]) is(await page.evaluate((its) => {
        const { Temporal } = globalThis;
        if (!its) globalThis.Temporal = undefined;
        const { instantOf, wallAt } = globalThis.bookable.kit;
        const found = [];
        for (const zone of ['Europe/Helsinki', 'America/Toronto', 'Australia/Lord_Howe', 'Africa/Casablanca', 'UTC']) {
            for (const date of ['2030-03-31', '2030-10-27', '2030-03-10', '2030-11-03', '2030-04-07', '2030-10-06', '2030-07-01']) {
                for (let minute = 0; minute < 1440; minute += 30) {
                    const wall = `${date}T${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
                    const wanted = Temporal.PlainDateTime.from(wall).toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
                    if (Date.parse(instantOf(wall, zone)) !== wanted) found.push(`${wall} ${zone}: ${instantOf(wall, zone)}`);
                    const shown = Temporal.Instant.fromEpochMilliseconds(wanted).toZonedDateTimeISO(zone).toPlainDateTime().toString().slice(0, 16);
                    if (wallAt(wanted, zone) !== shown) found.push(`${wanted} ${zone}: ${wallAt(wanted, zone)}`);
                }
            }
        }
        globalThis.Temporal = Temporal;
        return found;
    }, isThere), [], isThere ? 'wrong by Temporal' : 'wrong by Intl');
});

await step('the next step of a clock is one that it shows, and still to come, on the days on which clocks change', async () => {
    const wrong = await page.evaluate(() => {
        const { nextWall } = globalThis.bookable.kit;
        // Minute by minute: the first full step that means this instant and no other.
        const wanted = (time, zone, step) => {
            for (let next = Math.floor(time / 60000) * 60000 + 60000; ; next += 60000) {
                const clock = Temporal.Instant.fromEpochMilliseconds(next).toZonedDateTimeISO(zone).toPlainDateTime();
                const isMeant = clock.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds === next;
                if ((clock.hour * 60 + clock.minute) % step === 0 && isMeant) return clock.toString().slice(0, 16);
            }
        };
        const found = [];
        for (const zone of ['Europe/Helsinki', 'America/Toronto', 'Australia/Lord_Howe', 'UTC']) {
            for (const date of ['2030-03-31', '2030-10-27', '2030-03-10', '2030-11-03', '2030-04-07', '2030-10-06', '2030-12-31']) {
                const midnight = Temporal.PlainDateTime.from(`${date}T00:00`).toZonedDateTime(zone).epochMilliseconds;
                for (let minute = -40; minute < 320; minute += 20) {
                    for (const [seconds, step] of [[0, 15], [30, 15], [59.9, 30]]) {
                        const time = midnight + minute * 60000 + seconds * 1000;
                        if (nextWall(time, zone, step) !== wanted(time, zone, step)) found.push(`${new Date(time).toISOString()} ${zone}, ${step}: ${nextWall(time, zone, step)}, not ${wanted(time, zone, step)}`);
                    }
                }
            }
        }
        return found;
    });
    is(wrong.slice(0, 3), [], 'the first that are wrong');
});

await step('nothing was written on the console', async () => is(faults, [], 'faults'));
await finish();
