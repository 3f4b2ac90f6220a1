// A booking that recurs: its dates are shown before they are booked; and what a person does every day, counted.
import { call, finish, forEveryScreen, is, like, must, open, person, said, signIn, signUp, step, violations, withoutDatabase } from './harness.mjs';

const XSS = '"><img src=x onerror=alert(1)>';
const admin = await signUp('admin');
const ann = await signUp('ann');
const bob = await signUp('bob');
const NEW = { token: admin.token, headers: { 'If-None-Match': '*' } };
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const ALL = { hours: [{ days: WEEK, from: '00:00', to: '24:00' }], people: { min: 1, enforceCapacity: true }, past: true, privacy: { others: 'title' } };
await must('PUT', '/v1/policies/term', { ...NEW, body: { name: 'Term', ...ALL, series: { by: ['everyone'], max: 60, weeks: 52 } } });
await must('PUT', '/v1/policies/once', { ...NEW, body: { name: 'Once', ...ALL } });
for (const [id, capacity, policy] of [['s-1', 6, 'term'], ['s-2', 8, 'term'], ['s-3', 4, 'once']]) {
    await must('POST', '/v1/spaces', { token: admin.token, body: { id, name: `Room ${id}`, building: 'House', capacity, policy, timeZone: 'Europe/Helsinki' } });
}
const take = (space, date, title) => must('POST', '/v1/bookings', { token: bob.token, body: { space, start: `${date}T09:00`, end: `${date}T10:00`, title } });
const dates = async (space, from, to) => (await must('GET', `/v1/bookings?space=${space}&user=me&from=${from}T00:00:00Z&to=${to}T00:00:00Z`, { token: ann.token })).items.map(({ start }) => start.slice(5, 16));

const { page, context, faults } = await person();
await signIn(page, 'ann');
const AT = 'repeat?id=s-1&date=2030-09-02&from=09:00&to=10:30&title=Seminar';
const preview = page.getByRole('region', { name: 'The dates' });
const of = (text) => preview.getByText(text, { exact: true }).waitFor();
const go = (name) => page.getByRole('button', { name, exact: true });

// ---- a series

await step('the dates of a series are shown, and those that are taken say by what', async () => {
    await take('s-1', '2030-09-16', XSS);
    await open(page, AT);
    await page.getByLabel('Last day').fill('2030-10-07');
    await of('5 of 6 dates would be booked');
    is((await preview.locator('li').allInnerTexts()).map((text) => text.match(/^Mon, (\d+) /)[1]), ['2', '9', '16', '23', '30', '7'], 'dates');
    like(await preview.locator('li').nth(2).innerText(), /Taken 09:00–10:00 \("><img/, 'why');
    is(await page.locator('img[src=x]').count(), 0, 'images of a title');
    is(await violations(page), [], 'accessibility');
});

await step('on a telephone the button stands below the dates that it books', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    const bottom = async (one) => (await one.boundingBox()).y;
    const [dates, button] = [await bottom(preview.locator('li').last()), await bottom(go('Book 5 dates'))];
    if (button < dates) throw new Error(`the button is at ${button}, the last date at ${dates}`);
    await page.setViewportSize({ width: 1280, height: 800 });
});

await step('a date is taken out, and the others are booked in one request', async () => {
    await preview.getByLabel('Mon, 23 Sep').uncheck();
    await of('4 of 6 dates would be booked');
    await go('Book 4 dates').dblclick();
    await page.getByRole('heading', { name: '4 dates are booked' }).waitFor();
    is(await dates('s-1', '2030-09-01', '2030-12-01'), ['09-02T09:00', '09-09T09:00', '09-30T09:00', '10-07T09:00'], 'bookings');
    like(await page.getByRole('region', { name: '2 dates are left out' }).innerText(), /16 Sep[\s\S]*Taken[\s\S]*23 Sep/, 'left out');
});

await step('what is left out leads to another room', async () => {
    await page.getByRole('link', { name: 'Find another room' }).first().click();
    await page.waitForURL(/date=2030-09-16&from=09%3A00&minutes=90/);
    await page.locator('.count').waitFor();
});

await step('a date that somebody takes between the preview and the click is said: nothing is booked, and the rest can be', async () => {
    await open(page, 'repeat?id=s-2&date=2030-09-03&from=09:00&to=10:00&title=Race');
    await page.getByLabel('Last day').fill('2030-09-17');
    await of('3 of 3 dates would be booked');
    await take('s-2', '2030-09-10', 'Faster');
    await go('Book 3 dates').click();
    await page.getByRole('alert').getByText('Somebody was faster: nothing was booked').waitFor();
    is(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert', 'focus');
    is(await dates('s-2', '2030-09-01', '2030-12-01'), [], 'bookings');
    await of('2 of 3 dates would be booked');
    await go('Book 2 dates').click();
    await page.getByRole('heading', { name: '2 dates are booked' }).waitFor();
    is(await dates('s-2', '2030-09-01', '2030-12-01'), ['09-03T09:00', '09-17T09:00'], 'bookings');
});

await step('Undo has the focus, and takes the whole series back', async () => {
    is(await page.evaluate(() => document.activeElement.innerText), 'Undo', 'focus');
    await page.keyboard.press('Enter');
    await said(page, '2 dates are cancelled');
    is(await dates('s-2', '2030-09-01', '2030-12-01'), [], 'bookings');
});

await step('days of 23 and 25 hours keep the clock, in a browser of another zone', async () => {
    const far = await person({ timezoneId: 'America/Toronto' });
    await signIn(far.page, 'ann', 'repeat?id=s-2&date=2030-10-20&from=10:00&to=11:00');
    await far.page.getByLabel('Last day').fill('2030-11-03');
    await far.page.getByText('3 of 3 dates would be booked').waitFor();
    is((await far.page.getByRole('region', { name: 'The dates' }).locator('label').allInnerTexts()).map((text) => text.trim().slice(-11)), ['10:00–11:00', '10:00–11:00', '10:00–11:00'], 'clock');
    await far.page.getByLabel('First').or(far.page.getByLabel('Date', { exact: true })).fill('2030-03-24');
    await far.page.getByLabel('From').fill('03:15');
    await far.page.getByText('clocks are put forward').first().waitFor();
    is(far.faults, [], 'faults');
    await far.context.close();
});

await step('each month on the second Tuesday', async () => {
    await open(page, 'repeat?id=s-2&date=2030-01-08&from=09:00&to=10:00');
    await page.getByLabel('Unit').selectOption('monthly');
    await page.getByLabel('When in the month').selectOption({ label: 'On the second Tuesday' });
    await page.getByLabel('It ends').selectOption('count');
    await page.getByLabel('Number of dates').fill('4');
    await of('4 of 4 dates would be booked');
    is((await preview.locator('label').allInnerTexts()).map((text) => text.trim().slice(0, 11)), ['Tue, 8 Jan ', 'Tue, 12 Feb', 'Tue, 12 Mar', 'Tue, 9 Apr '], 'dates');
});

await step('a room whose rules let nobody repeat says so, and its form does not offer it', async () => {
    await open(page, 'repeat?id=s-3&date=2030-09-02&from=09:00&to=10:00');
    await preview.getByText('It cannot be repeated.').waitFor();
    await open(page, 'room?id=s-3');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Repeat…' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
});

await step('what is wrong in a field stands there', async () => {
    await open(page, AT);
    await page.getByLabel('Last day').fill('2030-09-09');
    await page.getByLabel('From').fill('12:00');
    await of('2 of 2 dates would be booked');
    await page.getByLabel('What for').evaluate((one) => one.removeAttribute('maxlength'));
    await page.getByLabel('What for').fill('x'.repeat(201));
    await preview.locator('.notice.bad').waitFor();
    const field = page.getByLabel('What for');
    await page.locator('.field', { has: field }).locator('.fault').waitFor();
    is(await field.evaluate((one) => [one.getAttribute('aria-invalid'), document.activeElement === one]), ['true', true], 'the field, with the focus where one types');
    await field.fill('Seminar');
    await page.locator('.fault').waitFor({ state: 'detached' });
    await of('2 of 2 dates would be booked');
});

await step('a session that ends while one plans a series asks who one is, and goes on', async () => {
    await open(page, AT);
    await preview.locator('li').first().waitFor();
    await page.getByLabel('What for').fill('Typed');
    const cookie = (await context.cookies()).find(({ name }) => /bookable/.test(name));
    await call('DELETE', '/v1/session', { token: cookie.value });
    await page.getByLabel('Last day').fill('2030-12-16');
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByLabel('Password').fill('open-sesame-of-a-test');
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    is(await page.getByLabel('What for').inputValue(), 'Typed', 'what was typed');
    await page.getByLabel('Last day').fill('2030-12-09');
    await preview.getByText('of 15 dates would be booked').waitFor();
});

await step('without a network the dates say so, and come when there is one', async () => {
    await context.setOffline(true);
    await page.getByLabel('Last day').fill('2030-12-02');
    await preview.getByText('The server cannot be reached.').waitFor();
    await context.setOffline(false);
    await page.getByLabel('Last day').fill('2030-11-25');
    await preview.getByText('of 13 dates would be booked').waitFor();
});

await step('dates of a series are given up from one day to another', async () => {
    await open(page, 'mine');
    await page.getByRole('button', { name: 'Cancel dates of the series of Room s-1, 09:00–10:30' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('From').fill('2030-09-09');
    await dialog.getByLabel('Until').fill('2030-09-30');
    await dialog.getByText('2 dates', { exact: true }).waitFor();
    is(await violations(page), [], 'accessibility of the dialog');
    await dialog.getByRole('button', { name: 'Cancel them' }).click();
    await said(page, '2 dates are cancelled');
    is(await dates('s-1', '2030-09-01', '2030-12-01'), ['09-02T09:00', '10-07T09:00'], 'bookings');
});

// ---- what a person does every day, counted

const counts = {};
// What is done is counted where it is done: a click, or a key, or a text as the keys that it takes.
function counted(name) {
    const began = Date.now();
    counts[name] = { clicks: 0, keys: 0 };
    const click = async (what, options) => { counts[name].clicks += 1; await what.click(options); };
    const press = async (...keys) => { for (const key of keys) { counts[name].keys += 1; await page.keyboard.press(key); } };
    const end = () => {
        counts[name].seconds = ((Date.now() - began) / 1000).toFixed(1);
        console.log(`# ${name}: ${counts[name].clicks} clicks, ${counts[name].keys} keys, ${counts[name].seconds} s of the machine`);
    };
    return { click, press, end };
}

await step('a room for six now: at most 3 clicks', async () => {
    await open(page, '');
    await page.locator('.count').waitFor();
    const { click, press, end } = counted('a room for six now, by mouse');
    await click(page.getByLabel('People'), { clickCount: 3 });
    await press('6', 'Enter');
    await page.waitForURL(/people=6/);
    await click(page.getByRole('button', { name: /^Book Room s-\d$/ }).first());
    await said(page, 'is yours');
    end();
    if (counts['a room for six now, by mouse'].clicks > 3) throw new Error('more than 3 clicks');
    await page.getByRole('button', { name: 'Undo' }).click();
    await said(page, 'Taken back');
});

await step('a room for six now: at most 8 keys', async () => {
    await open(page, '');
    await page.locator('.count').waitFor();
    const { press, end } = counted('a room for six now, by keys');
    await press('6', 'Enter');
    await page.waitForURL(/people=6/);
    await page.waitForFunction(() => /^Book Room s-\d$/.test(document.activeElement.getAttribute('aria-label')));
    await press('Enter');
    await said(page, 'is yours');
    end();
    if (counts['a room for six now, by keys'].keys > 8) throw new Error('more than 8 keys');
    await page.getByRole('button', { name: 'Undo' }).click();
    await said(page, 'Taken back');
});

await step('a booking is moved by an hour', async () => {
    await must('POST', '/v1/bookings', { token: ann.token, body: { space: 's-2', start: '2030-06-03T09:00', end: '2030-06-03T10:00', title: 'To move' } });
    await open(page, 'mine');
    const change = page.getByRole('button', { name: 'Change Room s-2, 09:00–10:00' });
    await change.waitFor();
    const { click, press, end } = counted('a booking moved');
    await click(change);
    await click(page.getByRole('dialog').getByLabel('From'), { position: { x: 12, y: 12 } });
    await press('1', '0', 'Enter');
    await said(page, 'Changed: Mon, 3 Jun 2030, 10:00–11:00');
    end();
});

await step('a booking is repeated for a term', async () => {
    await open(page, 'board?date=2030-02-04');
    const free = page.getByRole('button', { name: /^Free .*Room s-1: book/ });
    await free.waitFor();
    const { click, end } = counted('repeated for a term');
    await click(free, { position: { x: 3, y: 8 } });
    await click(page.getByRole('dialog').getByRole('link', { name: 'Repeat…' }));
    await of('13 of 13 dates would be booked');
    await click(go('Book 13 dates'));
    await page.getByRole('heading', { name: '13 dates are booked' }).waitFor();
    end();
});

await forEveryScreen(page, 'ann', [AT, 'mine']);

await step('while the database is stopped the dates say so, and what was typed stays', async () => {
    await open(page, AT);
    await preview.locator('li').first().waitFor();
    await page.getByLabel('What for').fill('Typed');
    await withoutDatabase(page, 'booking', async () => {
        await page.getByLabel('Last day').fill('2030-10-14');
        await preview.getByText(/out of reach|does not answer/).waitFor();
    });
    await page.getByLabel('Last day').fill('2030-10-21');
    await preview.getByText(/of 8 dates would be booked/).waitFor();
    is(await page.getByLabel('What for').inputValue(), 'Typed', 'what was typed');
});

await step('nothing was written on the console', async () => is(faults, [], 'faults'));
await finish();
