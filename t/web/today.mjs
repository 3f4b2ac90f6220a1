// What goes on today, for who looks after a building: now and next, the day as a list, the doors; on paper too.
import { PASSWORD, ask, call, finish, fitting, is, like, missingTexts, must, open, person, settled, signIn, signUp, step, tabTo, violations } from './harness.mjs';

const XSS = '"><img src=x onerror=alert(1)>';
const admin = await signUp('admin');
const ann = await signUp('ann');
await must('PUT', '/v1/policies/open', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { name: 'Open', privacy: { others: 'title' }, setup: 15, teardown: 10 } });
await must('PUT', '/v1/policies/quiet', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { name: 'Quiet' } });
for (const [id, name, policy] of [['hall', 'Hall', 'open'], ['lab', `Lab ${XSS}`, 'quiet'], ['attic', 'Attic', 'open']]) {
    await must('POST', '/v1/spaces', { token: admin.token, body: { id, name, building: 'Library', floor: '1', capacity: 50, policy, timeZone: 'Europe/Helsinki' } });
}
const DAY = '2030-05-14';
const book = (space, start, end, title, more = {}) => must('POST', '/v1/bookings', { token: ann.token, body: { space, start, end, title, people: 12, ...more } });
await book('hall', `${DAY}T10:00`, `${DAY}T11:00`, `Choir ${XSS}`, { notes: 'Needs the piano' });
await book('hall', `${DAY}T14:00`, `${DAY}T15:00`, 'Talk', { private: true });
await book('lab', `${DAY}T09:00`, `${DAY}T10:00`, 'Secret project');
await must('POST', '/v1/closures', { token: admin.token, body: { spaces: ['attic'], start: `${DAY}T08:00`, end: `${DAY}T20:00`, reason: 'Burst pipe', public: false } });

const { page, context, faults } = await person();
await signIn(page, 'admin');
const row = (name) => page.locator('tbody tr', { hasText: name });

await step('each room says what is next on a day, and that it is closed', async () => {
    await open(page, `today?date=${DAY}`);
    await row('Hall').getByText('10:00–11:00 Choir').waitFor();
    await row('Attic').getByText('08:00–20:00 Closed: Burst pipe').waitFor();
    is(await page.locator('img[src=x]').count(), 0, 'images of texts');
});

await step('what goes on at this moment is said, until when', async () => {
    await must('PUT', '/v1/policies/now', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { name: 'Now', past: true } });
    await must('POST', '/v1/spaces', { token: admin.token, body: { id: 'now', name: 'Now room', building: 'Library', policy: 'now', timeZone: 'Europe/Helsinki' } });
    const minute = (hours) => new Date(Math.floor(Date.now() / 60000) * 60000 + hours * 3600000).toISOString().replace(/\.\d+/, '');
    await must('POST', '/v1/bookings', { token: admin.token, body: { space: 'now', start: minute(-1), end: minute(2), title: 'Going on' } });
    await open(page, 'today');
    await row('Now room').getByText(/Going on, until \d/).waitFor();
});

await step('the list has all of the day by time, with who, how many, and what is kept free around it', async () => {
    await open(page, `today?date=${DAY}&view=list`);
    await row('Choir').waitFor();
    is(await page.locator('tbody th').allInnerTexts(), ['08:00–20:00', '09:00–10:00', '10:00–11:00', '14:00–15:00'], 'times');
    like((await row('Choir').innerText()).replace(/\s+/g, ' '), /ann 12 15 min before, 10 min after/, 'the choir');
    await row('Choir').getByText('Needs the piano').waitFor();
});

await step('at a door stands no more than the rules say to everybody', async () => {
    await open(page, `today?date=${DAY}&view=doors`);
    const door = (name) => page.getByRole('region', { name });
    await door('Hall').getByText('Choir').waitFor();
    is(await door('Hall').locator('li', { hasText: '14:00' }).innerText().then((text) => text.replace(/\s+/g, ' ')), '14:00–15:00 taken', 'a private booking');
    like(await door('Lab').innerText(), /09:00–10:00\s+taken/, 'a room whose bookings are nobody\'s business');
    is(/Secret/.test(await page.locator('main').innerText()), false, 'a title that is not public');
    is(/Burst/.test(await page.locator('main').innerText()), false, 'a reason that is not public');
    await page.getByLabel('How long').selectOption('7');
    await page.waitForURL(/days=7/);
    await page.waitForFunction(() => document.querySelectorAll('.door:first-child h3').length === 7);
});

await step('on paper there are a sheet for each room, black on white, and no controls', async () => {
    await open(page, `today?date=${DAY}&view=doors`);
    await page.locator('.door').first().waitFor();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    is(await page.locator('.door').first().evaluate((one) => getComputedStyle(one).breakAfter), 'page', 'break');
    for (const one of ['.top', '.filters', '.tabs', '.page-head .button']) is(await page.locator(one).first().isVisible(), false, one);
    is(await page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]), ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'], 'colours');
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    is((pdf.match(/\/Type\s*\/Page\b/g) || []).length >= await page.locator('.door').count(), true, 'pages');
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
});

await step('times are the room\'s in a browser of another zone, on the days on which clocks change', async () => {
    await book('hall', '2030-03-31T02:00', '2030-03-31T05:00', 'Short night');
    await book('hall', '2030-10-27T02:00', '2030-10-27T05:00', 'Long night');
    const far = await person({ timezoneId: 'America/Toronto' });
    await signIn(far.page, 'admin', 'today?date=2030-03-31');
    await far.page.getByText('02:00–05:00 Short night').waitFor();
    await open(far.page, 'today?date=2030-10-27');
    await far.page.getByText('02:00–05:00 Long night').waitFor();
    await open(far.page, 'today?date=2030-10-28');
    await far.page.getByText('Nothing is booked').first().waitFor();
    is(await far.page.getByText('Long night').count(), 0, 'the day after');
    is(far.faults, [], 'faults');
    await far.context.close();
});

await step('by the keyboard alone one goes to the next day, and the address keeps it', async () => {
    await open(page, `today?date=${DAY}`);
    await settled(page);
    await tabTo(page, page.getByRole('button', { name: 'After' }));
    await page.keyboard.press('Enter');
    await page.waitForURL(/date=2030-05-15/);
    await page.locator('tbody tr', { hasText: 'Hall' }).getByText('Nothing is booked').waitFor();
});

await step('another day is not called today, and has no now', async () => {
    const heads = () => page.locator('thead th').allInnerTexts();
    await open(page, `today?date=${DAY}`);
    await page.getByRole('heading', { name: 'Tuesday 14 May' }).waitFor();
    await settled(page);
    is(await heads(), ['Room', 'First'], 'columns');
    // What is no day is today.
    await open(page, 'today?date=9999-99-99');
    await page.getByRole('heading', { name: 'Today', exact: true }).waitFor();
    await settled(page);
    is(await heads(), ['Room', 'Now', 'Next'], 'columns of today');
});

await step('who looks after nothing has not this page', async () => {
    const member = await person();
    await signIn(member.page, 'ann', 'today');
    await member.page.getByRole('heading', { name: 'Not for you' }).waitFor();
    await member.context.close();
});

const SCREENS = [`today?date=${DAY}`, `today?date=${DAY}&view=list`, `today?date=${DAY}&view=doors`];
const shown = (one) => one.locator('tbody tr, .door').first().waitFor();

await step('each view is accessible, light and dark', async () => {
    for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme });
        for (const name of SCREENS) {
            await open(page, name);
            await shown(page);
            is(await violations(page), [], `${scheme} ${name}`);
        }
    }
    await page.emulateMedia({ colorScheme: 'light' });
});

await step('each view fits into 320 px, and into 1280 px with text of twice the size', () => fitting(page, SCREENS, shown));

await step('no text is missing, in German', async () => {
    const german = await person({ locale: 'de-DE' });
    await open(german.page, SCREENS[0]);
    await german.page.getByLabel('Name').fill('admin');
    await german.page.getByLabel('Passwort').fill(PASSWORD);
    await german.page.keyboard.press('Enter');
    for (const name of SCREENS) {
        await shown(german.page);
        is(await missingTexts(german.page), [], name);
        await open(german.page, name);
    }
    is(german.faults, [], 'faults');
    await german.context.close();
});

await step('without a network, and after a session that ended, what was shown stays, and goes on', async () => {
    await open(page, `today?date=${DAY}`);
    await row('Hall').waitFor();
    await context.setOffline(true);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByText('The server cannot be reached.').first().waitFor();
    await row('Hall').getByText('Choir').waitFor();
    await page.getByRole('button', { name: 'After' }).click();
    await page.waitForURL(/date=2030-05-15/);
    await row('Hall').waitFor({ state: 'detached' });
    await page.getByText('The server cannot be reached.').first().waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await row('Hall').waitFor();
    const cookie = (await context.cookies()).find(({ name }) => /bookable/.test(name));
    await call('DELETE', '/v1/session', { token: cookie.value });
    await page.getByRole('button', { name: 'Before' }).click();
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    await row('Hall').getByText('Choir').waitFor();
});

await step('while the database is stopped it says so, and goes on when it is back', async () => {
    await open(page, `today?date=${DAY}`);
    await row('Hall').waitFor();
    await ask('stop-database');
    await page.getByRole('button', { name: 'After' }).click();
    await page.getByRole('alert').first().waitFor();
    await ask('start-database');
    for (const service of ['user', 'booking']) await page.waitForFunction(async (name) => (await fetch(`/${name}/health`)).status === 200, service, { polling: 500 });
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await row('Hall').waitFor();
});

await step('nothing was written on the console', async () => is(faults, [], 'faults'));
await finish();
