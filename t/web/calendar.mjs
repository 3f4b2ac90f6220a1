// The week of a building: bookings are moved and cancelled with a reason, rooms are closed and opened again.
import { PASSWORD, ask, call, finish, fitting, is, like, missingTexts, must, open, person, settled, signIn, signUp, step, tabTo, violations } from './harness.mjs';

const XSS = '"><img src=x onerror=alert(1)>';
const admin = await signUp('admin');
const ann = await signUp('ann');
const max = await signUp('max');
for (const [id, name] of [['hall', 'Hall'], ['lab', `Lab ${XSS}`], ['attic', 'Attic']]) {
    await must('POST', '/v1/spaces', { token: admin.token, body: { id, name, building: 'Library', timeZone: 'Europe/Helsinki', managers: id === 'hall' ? [`user:${max.id}`] : [] } });
}
const book = (space, start, end, title = 'A talk') => must('POST', '/v1/bookings', { token: ann.token, body: { space, start, end, title, people: 1 } });
const stateOf = async ({ id }) => (await must('GET', `/v1/bookings/${id}`, { token: ann.token })).state;
const closures = async () => (await must('GET', '/v1/closures', { token: admin.token })).items;
const said = (page, text) => page.locator('.toast', { hasText: text }).last().waitFor();

const { page, context, faults } = await person();
await signIn(page, 'admin');
const dialog = page.getByRole('dialog');
const fill = async (values) => { for (const [label, value] of Object.entries(values)) await dialog.getByLabel(label, { exact: true }).fill(value); };
const send = () => dialog.getByRole('button', { name: 'Close for this time' }).click();

await step('a room is closed for a week: the row\'s button, why, and close', async () => {
    await open(page, 'mine');
    await page.getByRole('heading', { name: 'My bookings' }).waitFor();
    const started = Date.now();
    let clicks = 0;
    const click = async (what) => { clicks += 1; await what.click(); };
    await click(page.getByRole('link', { name: 'Calendar' }));
    await click(page.getByRole('button', { name: 'Close Attic' }));
    await click(dialog.getByLabel('Why?'));
    await page.keyboard.type('Painting');
    clicks += 1;
    await send();
    await said(page, '1 room is closed.');
    console.log(`# clicks to close a room for a week: ${clicks}; seconds, with the machine's own: ${((Date.now() - started) / 1000).toFixed(1)}`);
    const [one] = await closures();
    is([one.spaceIds, one.reason, one.end.slice(11, 16), one.public], [['attic'], 'Painting', '00:00', true], 'closure');
    is(Math.round((Date.parse(one.end) - Date.now()) / 86400000) >= 6, true, 'a week');
    await page.getByRole('button', { name: /Attic.*Closed: Painting/ }).first().waitFor();
});

let inTheWay;
await step('who is hit is shown while it is typed, and nothing is closed while somebody is in the way', async () => {
    inTheWay = await book('hall', '2030-05-14T10:00', '2030-05-14T11:00', `Choir ${XSS}`);
    await open(page, 'calendar?date=2030-05-13');
    await page.getByRole('button', { name: 'Close Hall' }).click();
    await dialog.getByText('1 is in the way').waitFor();
    await dialog.getByText('10:00–11:00: Choir').waitFor();
    is(await page.locator('img[src=x]').count(), 0, 'images of a title');
    await fill({ 'Why?': `Burst pipe ${XSS}` });
    await send();
    await dialog.getByRole('alert').first().waitFor();
    is(await dialog.getByLabel('Why?').inputValue(), `Burst pipe ${XSS}`, 'what was typed');
    is([(await closures()).length, await stateOf(inTheWay)], [1, 'confirmed'], 'closures, and the booking');
});

await step('it is closed around what is there, if that is kept', async () => {
    await dialog.getByLabel('Bookings in the way').selectOption('keep');
    await dialog.getByText('It is closed around 1').waitFor();
    await send();
    await said(page, '1 room is closed.');
    is((await call('POST', '/v1/bookings', { token: ann.token, body: { space: 'hall', start: '2030-05-14T12:00', end: '2030-05-14T13:00', people: 1 } })).status, 409, 'a booking beside it');
    is(await stateOf(inTheWay), 'confirmed', 'what is kept');
});

await step('what is in the way is cancelled with the reason, if that is wanted', async () => {
    const one = await book('lab', '2030-05-15T10:00', '2030-05-15T11:00');
    await open(page, 'calendar?date=2030-05-13');
    await page.getByRole('button', { name: 'Close Lab' }).click();
    await dialog.getByLabel('Bookings in the way').selectOption('cancel');
    await dialog.getByText('1 is cancelled:').waitFor();
    await fill({ 'Why?': 'Exams' });
    await send();
    await said(page, '1 booking is cancelled.');
    const { state, reason } = await must('GET', `/v1/bookings/${one.id}`, { token: ann.token });
    is([state, reason], ['cancelled', 'Exams'], 'booking');
});

await step('a fault stands at its field, and what was typed is kept', async () => {
    await open(page, 'calendar?date=2030-06-03');
    await page.getByRole('button', { name: 'Close Attic' }).click();
    const dates = dialog.locator('input[type=date]');
    await dates.nth(1).fill('2030-06-01');
    await fill({ 'Why?': 'Backwards' });
    await send();
    await dialog.locator('.fault').first().waitFor();
    const field = await dialog.locator('.fault').evaluateAll((all) => all.map((one) => one.closest('.field')?.querySelector('input').value));
    is([field, await dates.nth(1).evaluate((one) => one === document.activeElement)], [['2030-06-01'], true], 'the field of the fault, and the focus');
    is(await dialog.getByLabel('Why?').inputValue(), 'Backwards', 'reason');
    await page.keyboard.press('Escape');
});

await step('a closure that somebody else has changed shows both, and one keeps one\'s own', async () => {
    const made = await must('POST', '/v1/closures', { token: admin.token, body: { spaces: ['attic'], start: '2030-07-01T08:00', end: '2030-07-02T08:00', reason: 'First' } });
    await open(page, 'calendar?view=closures');
    await page.getByRole('row', { name: /First/ }).getByRole('button', { name: 'Change' }).click();
    await fill({ 'Why?': 'Mine' });
    await must('PATCH', `/v1/closures/${made.id}`, { token: admin.token, headers: { 'If-Match': '*' }, body: { reason: 'Theirs' } });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').locator('li').first().waitFor();
    is(await dialog.getByRole('alert').first().locator('li').allInnerTexts(), ['Why?: was “First”, is now “Theirs”. You have “Mine”.'], 'what was changed');
    await dialog.getByRole('button', { name: 'Save mine' }).click();
    await said(page, '1 room is closed.');
    is((await must('GET', `/v1/closures/${made.id}`, { token: admin.token })).reason, 'Mine', 'reason');
});

await step('a closure is taken back, after a question, and the room can be booked', async () => {
    await page.getByRole('row', { name: /Mine/ }).getByRole('button', { name: 'Open again' }).click();
    await dialog.getByRole('button', { name: 'Open again' }).click();
    await said(page, 'The rooms are open again');
    await page.getByRole('row', { name: /Mine/ }).waitFor({ state: 'detached' });
    await book('attic', '2030-07-01T10:00', '2030-07-01T11:00');
});

await step('by the keyboard alone a booking is opened, moved, and cancelled with a reason', async () => {
    const one = await book('attic', '2030-05-21T10:00', '2030-05-21T11:00', 'Keys');
    await open(page, 'calendar?date=2030-05-20');
    await tabTo(page, page.getByRole('button', { name: /Attic.*10:00–11:00: Keys/ }));
    await page.keyboard.press('Enter');
    await tabTo(page, dialog.getByRole('button', { name: 'Change' }));
    await page.keyboard.press('Enter');
    await dialog.getByLabel('From', { exact: true }).fill('12:00');
    await tabTo(page, dialog.getByRole('button', { name: 'Save' }));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('button', { name: /Attic.*12:00–13:00: Keys/ }));
    await page.keyboard.press('Enter');
    await tabTo(page, dialog.getByRole('button', { name: 'Cancel', exact: true }));
    await page.keyboard.press('Enter');
    await tabTo(page, dialog.getByLabel('Why?'));
    await page.keyboard.type('Fire drill');
    await tabTo(page, dialog.getByRole('button', { name: 'Cancel', exact: true }));
    await page.keyboard.press('Enter');
    await said(page, 'is cancelled');
    const { state, reason, start } = await must('GET', `/v1/bookings/${one.id}`, { token: ann.token });
    is([state, reason, start.slice(11, 16)], ['cancelled', 'Fire drill', '12:00'], 'booking');
});

await step('a double click, and an answer that is lost, make one closure', async () => {
    const before = (await closures()).length;
    await open(page, 'calendar?date=2030-08-05');
    await page.getByRole('button', { name: 'Close Attic' }).click();
    await fill({ 'Why?': 'Once' });
    let isLost = false;
    await page.route(/\/v1\/closures$/, async (route) => {
        if (isLost || route.request().method() !== 'POST') { await route.continue(); return; }
        isLost = true;
        await route.fetch();
        await route.abort();
    });
    await dialog.getByRole('button', { name: 'Close for this time' }).dblclick();
    await said(page, '1 room is closed.');
    await page.unroute(/\/v1\/closures$/);
    is([(await closures()).length, isLost], [before + 1, true], 'closures, and whether the first answer was lost');
});

await step('times are the room\'s in a browser of another zone, on the days on which clocks change', async () => {
    await book('attic', '2030-03-31T02:00', '2030-03-31T05:00', 'Short');
    await book('attic', '2030-10-27T02:00', '2030-10-27T05:00', 'Long');
    const far = await person({ timezoneId: 'America/Toronto' });
    await signIn(far.page, 'admin', 'calendar?date=2030-03-31');
    await far.page.getByRole('button', { name: /31 Mar 2030, 02:00–05:00: Short/ }).waitFor();
    await open(far.page, 'calendar?date=2030-10-27');
    await far.page.getByRole('button', { name: /27 Oct 2030, 02:00–05:00: Long/ }).waitFor();
    is(await far.page.getByRole('button', { name: /Long/ }).count(), 1, 'days that it is on');
    await far.page.getByText('All times are the room\'s').first().waitFor();
    is(far.faults, [], 'faults');
    await far.context.close();
});

await step('who manages some rooms may not close others, and is told so', async () => {
    const manager = await person();
    await signIn(manager.page, 'max', 'calendar?date=2030-09-02');
    await manager.page.getByRole('button', { name: 'Close Attic' }).click();
    const its = manager.page.getByRole('dialog');
    await its.getByLabel('Why?').fill('Not mine');
    await its.getByRole('button', { name: 'Close for this time' }).click();
    await its.getByText('You may not do this.').waitFor();
    is(manager.faults, [], 'faults');
    await manager.context.close();
});

const SCREENS = ['calendar?date=2030-05-13', 'calendar?view=closures'];
const shown = (one) => one.locator('tbody tr').first().waitFor();

await step('each view is accessible, light and dark, and so is the dialog', async () => {
    for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme });
        for (const name of SCREENS) {
            await open(page, name);
            await shown(page);
            is(await violations(page), [], `${scheme} ${name}`);
        }
        await page.getByRole('button', { name: 'Close rooms' }).click();
        await dialog.getByRole('checkbox').nth(2).waitFor();
        is(await violations(page), [], `dialog, ${scheme}`);
        await page.keyboard.press('Escape');
    }
    await page.emulateMedia({ colorScheme: 'light' });
});

await step('each view fits into 320 px, and into 1280 px with text of twice the size', () => fitting(page, SCREENS, shown));

await step('no text is missing, in German', async () => {
    const german = await person({ locale: 'de-DE' });
    await open(german.page, SCREENS[1]);
    await german.page.getByLabel('Name').fill('admin');
    await german.page.getByLabel('Passwort').fill(PASSWORD);
    await german.page.keyboard.press('Enter');
    await shown(german.page);
    const missing = () => missingTexts(german.page);
    is(await missing(), [], SCREENS[1]);
    await german.page.getByRole('button', { name: 'Räume schließen' }).click();
    await german.page.getByRole('dialog').getByLabel('Warum?').waitFor();
    is(await missing(), [], 'dialog');
    await open(german.page, SCREENS[0]);
    await shown(german.page);
    is(await missing(), [], SCREENS[0]);
    is(german.faults, [], 'faults');
    await german.context.close();
});

await step('a session that ends while one types asks who one is, and the room is closed', async () => {
    await open(page, 'calendar?date=2030-09-09');
    await page.getByRole('button', { name: 'Close Attic' }).click();
    const form = page.getByRole('dialog', { name: 'Close rooms' });
    await form.getByLabel('Why?').fill('After signing in');
    const cookie = (await context.cookies()).find(({ name }) => /bookable/.test(name));
    await call('DELETE', '/v1/session', { token: cookie.value });
    await form.getByRole('button', { name: 'Close for this time' }).click();
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    is(await form.getByLabel('Why?').inputValue(), 'After signing in', 'what was typed');
    await form.getByRole('button', { name: 'Close for this time' }).click();
    await said(page, '1 room is closed.');
});

await step('without a network the form says so, and the room is closed once when there is one', async () => {
    const before = (await closures()).length;
    await open(page, 'calendar?date=2030-09-23');
    await page.getByRole('button', { name: 'Close Attic' }).click();
    await fill({ 'Why?': 'Offline' });
    await context.setOffline(true);
    await send();
    await dialog.getByText('It is not known whether that was done').waitFor();
    await context.setOffline(false);
    await said(page, '1 room is closed.');
    is((await closures()).length, before + 1, 'closures');
});

await step('while the database is stopped the form says so, keeps what was typed, and closes the room when it is back', async () => {
    await open(page, 'calendar?date=2030-10-07');
    await page.getByRole('button', { name: 'Close Attic' }).click();
    await fill({ 'Why?': 'Stopped' });
    await ask('stop-database');
    await send();
    await dialog.getByRole('alert').first().waitFor();
    await ask('start-database');
    for (const service of ['user', 'space', 'booking']) await page.waitForFunction(async (name) => (await fetch(`/${name}/health`)).status === 200, service, { polling: 500 });
    is(await dialog.getByLabel('Why?').inputValue(), 'Stopped', 'what was typed');
    await send();
    await said(page, '1 room is closed.');
});

await step('nothing was written on the console', async () => is(faults, [], 'faults'));
await finish();
