// The log: who did what, narrowed, kept fresh, and the history of a booking in words.
import { PASSWORD, ask, call, finish, is, like, missingTexts, must, open, person, served, settled, signIn, signUp, step, sticksOut, violations } from './harness.mjs';

const XSS = '"><img src=x onerror=alert(1)>';
const admin = await signUp('admin');
const ann = await signUp('ann');
const bob = await signUp('bob');
await must('PUT', '/v1/policies/ask', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { name: 'Ask', book: [], request: ['everyone'] } });
for (const [id, name, policy] of [['hall', `Hall ${XSS}`, null], ['lab', 'Lab', 'ask']]) await must('POST', '/v1/spaces', { token: admin.token, body: { id, name, building: 'Library', policy, timeZone: 'Europe/Helsinki' } });
const one = await must('POST', '/v1/bookings', { token: ann.token, body: { space: 'hall', start: '2030-03-31T02:00', end: '2030-03-31T05:00', title: 'Not in the log', people: 1 } });
await must('PATCH', `/v1/bookings/${one.id}`, { token: ann.token, headers: { 'If-Match': '*' }, body: { start: '2030-05-14T12:00', end: '2030-05-14T13:00' } });
await must('PATCH', `/v1/bookings/${one.id}`, { token: ann.token, headers: { 'If-Match': '*' }, body: { title: 'Another' } });
await must('POST', `/v1/bookings/${one.id}/cancellation`, { token: admin.token, body: { reason: `Fire drill ${XSS}` } });
const asked = await must('POST', '/v1/bookings', { token: bob.token, body: { space: 'lab', start: '2030-05-14T10:00', end: '2030-05-14T11:00', people: 1 } });
await must('POST', `/v1/bookings/${asked.id}/rejection`, { token: admin.token, body: { reason: 'Full' } });
await must('POST', '/v1/closures', { token: admin.token, body: { spaces: ['lab'], start: '2030-06-01T08:00', end: '2030-06-02T08:00', reason: 'Painting' } });

const { page, context, faults } = await person();
await signIn(page, 'admin');
const rows = page.locator('tbody tr');
const shown = (one) => one.locator('tbody tr').first().waitFor();
const has = (text) => rows.filter({ hasText: text }).first().waitFor();

await step('what happened is said in words, the latest first, without titles', async () => {
    await open(page, 'log');
    await has('ann booked Hall');
    await has('bob requested Lab');
    await has('ann changed Hall');
    await has(/changed Hall.*from Sun, 31 Mar 2030, 02:00–05:00 to Tue, 14 May 2030, 12:00–13:00/);
    await has('title, notes or other');
    await has(/cancelled Hall.*of ann/);
    await has('Why: Fire drill');
    await has(/admin refused Lab.*of bob/);
    await has('admin closed Lab');
    like(await rows.first().innerText(), /admin closed Lab/, 'the latest');
    is(/Not in the log/.test(await page.locator('main').innerText()), false, 'a title');
    is(await page.locator('img[src=x]').count(), 0, 'images of texts');
});

await step('it is narrowed by what, room, person and days, and the address keeps that', async () => {
    await page.getByLabel('What').selectOption('booking.cancelled');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    like(page.url(), /type=booking.cancelled/, 'address');
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    await page.getByLabel('What').selectOption('');
    await page.getByLabel('Room').selectOption('lab');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3);
    await page.getByLabel('Person').selectOption({ label: 'bob' });
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 2);
    await page.getByLabel('From').fill('2030-01-01');
    await page.getByRole('heading', { name: 'Nothing like that' }).waitFor();
});

await step('it is read on by its cursor, and shows what happens while one looks at it', async () => {
    await open(page, 'log');
    await has('admin closed Lab');
    const n = await rows.count();
    const before = served().length;
    await must('POST', '/v1/bookings', { token: bob.token, body: { space: 'hall', start: '2030-05-20T10:00', end: '2030-05-20T11:00', people: 1 } });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.waitForFunction((wanted) => document.querySelectorAll('tbody tr').length === wanted, n + 1);
    like(served().slice(before).filter((line) => line.includes('/v1/events')).join('\n'), /after=/, 'the question');
});

await step('by the keyboard alone an entry leads to the whole story of its booking', async () => {
    await rows.filter({ hasText: 'cancelled Hall' }).getByRole('button', { name: /^History/ }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'History' });
    await dialog.locator('li').nth(3).waitFor();
    const told = (await dialog.locator('li').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    is(told.length, 4, 'what happened');
    [/ann booked Hall/, /from .* to .*12:00–13:00/, /title, notes or other/, /admin cancelled Hall.* Why: Fire drill/].forEach((pattern, i) => like(told[i], pattern, `${i + 1}`));
    is(await page.locator('img[src=x]').count(), 0, 'images of a reason');
    is(await violations(page), [], 'accessibility of the dialog');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
});

await step('the log is accessible, light and dark, and fits 320 px and text of twice the size', async () => {
    for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme });
        await open(page, 'log');
        await shown(page);
        is(await violations(page), [], scheme);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    for (const [width, size] of [[320, '100%'], [1280, '200%']]) {
        await page.setViewportSize({ width, height: 800 });
        await open(page, 'log');
        await shown(page);
        await page.evaluate((text) => { document.documentElement.style.fontSize = text; }, size);
        is(await sticksOut(page), [], `${width} ${size}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
});

await step('no text is missing, in German, in a browser of another zone, whose clock is not the room\'s', async () => {
    const german = await person({ locale: 'de-DE', timezoneId: 'America/Toronto' });
    await open(german.page, 'log');
    await german.page.getByLabel('Name').fill('admin');
    await german.page.getByLabel('Passwort').fill(PASSWORD);
    await german.page.keyboard.press('Enter');
    await german.page.getByText(/31\. März 2030, 02:00–05:00/).first().waitFor();
    is(await missingTexts(german.page), [], 'missing');
    is(german.faults, [], 'faults');
    await german.context.close();
});

await step('who looks after nothing has not this page', async () => {
    const member = await person();
    await signIn(member.page, 'ann', 'log');
    await member.page.getByRole('heading', { name: 'Not for you' }).waitFor();
    await member.context.close();
});

await step('without a network, and after a session that ended, it says so, and goes on', async () => {
    await open(page, 'log');
    await shown(page);
    await context.setOffline(true);
    await page.getByLabel('Room').selectOption('lab');
    await page.getByText('The server cannot be reached.').first().waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await shown(page);
    const cookie = (await context.cookies()).find(({ name }) => /bookable/.test(name));
    await call('DELETE', '/v1/session', { token: cookie.value });
    await page.getByLabel('Room').selectOption('hall');
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    await has('ann booked Hall');
});

await step('while the database is stopped it says so, and goes on when it is back', async () => {
    await ask('stop-database');
    await page.getByLabel('Room').selectOption('lab');
    await page.getByRole('alert').first().waitFor();
    await ask('start-database');
    for (const service of ['user', 'booking']) await page.waitForFunction(async (name) => (await fetch(`/${name}/health`)).status === 200, service, { polling: 500 });
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await shown(page);
});

await step('nothing was written on the console', async () => is(faults, [], 'faults'));
await finish();
