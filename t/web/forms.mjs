// Forms: what is typed is kept, what is wrong is said where it is, and what is over, or somebody else's, is not shown.
import { PASSWORD, SITE, call, finish, is, like, must, open, person, said, settled, signIn, signUp, step } from './harness.mjs';

const admin = await signUp('admin');
const ann = await signUp('ann');
const bob = await signUp('bob');
const as = { token: admin.token };
const NEW = { ...as, headers: { 'If-None-Match': '*' } };
const ALWAYS = [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' }];
await must('PUT', '/v1/policies/all', { ...NEW, body: { name: 'All', hours: ALWAYS, past: true, series: { by: ['everyone'] }, privacy: { others: 'title' } } });
await must('PUT', '/v1/policies/asks', { ...NEW, body: {
    name: 'Asks', hours: ALWAYS, past: true, book: ['group:staff'], request: ['everyone'], approvers: ['group:desk'], terms: { url: '/terms', version: '1' }, fields: [{ key: 'purpose', label: 'Purpose', type: 'text' }] } });
await must('PUT', '/v1/policies/hidden', { ...NEW, body: { name: 'Hidden', see: ['group:staff'] } });
await must('PUT', '/v1/policies/late', { ...NEW, body: { name: 'Late', hours: [{ ...ALWAYS[0], from: '06:00' }], past: true } });
for (const [id, policy, building] of [['f-1', 'all', 'House'], ['f-2', 'all', 'House'], ['f-3', 'asks', 'Annex'], ['f-4', 'hidden', 'Annex'], ['f-5', 'late', 'Cellar']]) {
    await must('POST', '/v1/spaces', { ...as, body: { id, name: `Room ${id}`, building, policy, timeZone: 'Europe/Helsinki' } });
}
const book = (token, space, start, end, more = {}) => must('POST', '/v1/bookings', { token, body: { space, start, end, ...more } });
const end = async (context) => call('DELETE', '/v1/session', { token: (await context.cookies()).find(({ name }) => /bookable/.test(name)).value });
// The page reads again what it shows.
const look = (page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
const faultsOf = (form) => form.locator('.fault').evaluateAll((all) => all.map((one) => one.closest('.field')?.querySelector('label').innerText));

const { page, context, faults } = await person();
await signIn(page, 'ann', 'mine');
const dialog = page.getByRole('dialog');
const boss = await person();
await signIn(boss.page, 'admin', 'mine');
const form = boss.page.getByRole('dialog');

// ---- time goes on

await step('what is typed stays when the quarter of an hour ends that free rooms are shown for', async () => {
    const morning = await person();
    await morning.page.clock.setFixedTime(new Date('2030-05-20T07:20:00Z'));
    await signIn(morning.page, 'ann');
    await morning.page.locator('.count', { hasText: '10:30–11:30' }).waitFor();
    await morning.page.getByLabel('People').fill('3');
    await morning.page.clock.setFixedTime(new Date('2030-05-20T07:31:00Z'));
    await look(morning.page);
    await morning.page.locator('.count', { hasText: '10:45–11:45' }).waitFor();
    is([await morning.page.getByLabel('People').inputValue(), await morning.page.getByLabel('From').inputValue()], ['3', '10:45'], 'people, and from');
    await morning.page.getByRole('button', { name: 'Book Room f-1 with details' }).click();
    await morning.page.getByLabel('What for').fill('Typed');
    await morning.page.clock.setFixedTime(new Date('2030-05-20T07:46:00Z'));
    await look(morning.page);
    await morning.page.locator('.count', { hasText: '11:00–12:00' }).waitFor();
    is(await morning.page.getByLabel('What for').inputValue(), 'Typed', 'title');
    is(morning.faults, [], 'faults');
    await morning.context.close();
});

await step('a form on the board stays when the day ends', async () => {
    const night = await person();
    await night.page.clock.setFixedTime(new Date('2030-05-20T20:58:00Z'));
    await signIn(night.page, 'ann', 'board?building=Cellar');
    await night.page.getByRole('button', { name: /^Free 23:45.*Room f-5/ }).press('Enter');
    await night.page.getByLabel('What for').fill('Typed');
    await night.page.clock.setFixedTime(new Date('2030-05-20T21:02:00Z'));
    await look(night.page);
    await night.page.locator('.lead', { hasText: 'Tuesday 21 May' }).waitFor();
    is(await night.page.getByLabel('What for').inputValue(), 'Typed', 'title');
    await night.context.close();
});

await step('the board goes from day to day by Page Down as often as one likes, and keeps the focus', async () => {
    await open(page, 'board?date=2030-05-14');
    await page.locator('.board td button[tabindex="0"]').focus();
    for (const day of ['2030-05-15', '2030-05-16']) {
        await page.keyboard.press('PageDown');
        await page.waitForURL(new RegExp(`date=${day}`));
        await page.waitForFunction(() => document.activeElement.closest('.board'));
    }
});

// ---- what is wrong

await step('what a booking lacks is said at its fields, and typed anew without harm', async () => {
    await open(page, 'board?date=2030-05-14');
    await page.getByRole('button', { name: /^Free .*Room f-1/ }).first().press('Enter');
    for (const name of ['Date', 'From']) await dialog.getByLabel(name).fill('');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await dialog.locator('.fault').first().waitFor();
    is([await faultsOf(dialog), await dialog.getByLabel('Date').evaluate((one) => one === document.activeElement)], [['Date', 'From'], true], 'faulty fields, and the focus');
    await dialog.getByLabel('From').fill('10:00');
    await dialog.getByLabel('Until').fill('11:00');
    await dialog.getByLabel('Date').fill('2030-05-14');
    await dialog.getByLabel('From').fill('12:00');
    is(await dialog.getByLabel('Until').inputValue(), '13:00', 'until');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await said(page, 'Room f-1 is yours');
});

await step('after a form has booked Undo has the focus, and who closes the message is back on the board', async () => {
    await page.waitForFunction(() => document.activeElement.innerText === 'Undo');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('.toast').waitFor({ state: 'detached' });
    is(await page.evaluate(() => Boolean(document.activeElement.closest('.board, h1'))), true, 'the focus is on the page');
});

await step('what is being booked stands on the board until it is booked, and goes if it is refused', async () => {
    await open(page, 'board?building=House&date=2030-05-21');
    let answer;
    const isHeld = new Promise((held) => { page.route('**/v1/bookings', async (route) => { await new Promise((go) => { answer = go; held(); }); await route.continue(); }); });
    await page.getByRole('button', { name: /^Free .*Room f-1/ }).first().press('Enter');
    await dialog.getByLabel('From').fill('10:00');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await isHeld;
    await page.locator('.board .sent', { hasText: '10:00–11:00' }).waitFor({ state: 'attached' });
    answer();
    await said(page, 'Room f-1 is yours');
    await page.locator('.board .busy').first().waitFor();
    is(await page.locator('.board .sent').count(), 0, 'what is booked');
    await page.unroute('**/v1/bookings');
    await page.getByRole('button', { name: /^Free 08:00.*Room f-1/ }).press('Enter');
    await book(bob.token, 'f-1', '2030-05-21T08:00', '2030-05-21T09:00');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await dialog.getByRole('alert').getByText('Taken').waitFor();
    is(await page.locator('.board .sent').count(), 0, 'what is refused');
    await page.keyboard.press('Escape');
});

await step('hours that are none are said in their row, and rules without a time are read on', async () => {
    await open(boss.page, 'policy?id=all');
    await boss.page.getByLabel('Hours 1 from').fill('');
    await boss.page.getByRole('region', { name: 'In words' }).getByText('Open').waitFor();
    await boss.page.getByRole('button', { name: 'Save' }).click();
    await boss.page.locator('.hour-row .fault').waitFor();
    is(await boss.page.evaluate(() => document.activeElement.className), 'fault', 'focus');
    is(boss.faults.splice(0).filter((one) => !/status of 400/.test(one)), [], 'faults');
});

await step('a day that is empty breaks nothing in rules, nor in a series', async () => {
    await open(boss.page, 'policy?id=all');
    await boss.page.getByRole('region', { name: 'What it opens' }).getByLabel('Day').fill('');
    await boss.page.getByRole('region', { name: 'In words' }).waitFor();
    await open(page, 'repeat?id=f-1&date=2030-09-02&from=09:00&to=10:00');
    await page.getByLabel('Unit').selectOption('monthly');
    await page.getByLabel('Last day').fill('');
    for (const date of ['', '2030-09-09']) await page.getByLabel('Date', { exact: true }).fill(date);
    await page.getByLabel('Last day').fill('2030-10-10');
    await page.getByText('2 of 2 dates would be booked').waitFor();
});

await step('rooms that nobody has chosen to close are asked for', async () => {
    await open(boss.page, 'calendar?date=2030-05-13');
    await boss.page.getByRole('button', { name: 'Close rooms' }).click();
    await form.getByLabel('Why?').fill('Painting');
    await form.getByRole('button', { name: 'Close for this time' }).click();
    await form.locator('.closed-rooms .fault').waitFor();
    await boss.page.keyboard.press('Escape');
});

await step('a name that something has already is said at its field alone', async () => {
    await must('PUT', '/v1/groups/desk', { ...NEW, body: { description: null, members: [] } });
    await open(boss.page, 'groups');
    await boss.page.getByRole('button', { name: 'New group' }).click();
    await form.getByRole('button', { name: 'Make it' }).click();
    await form.locator('.fault', { hasText: 'This is needed.' }).waitFor();
    await form.getByLabel('Name').fill('desk');
    await form.getByRole('button', { name: 'Make it' }).click();
    await form.locator('.fault', { hasText: 'There is such a group already.' }).waitFor();
    is(await form.locator('.form-problem').count(), 0, 'what is said besides');
    await boss.page.keyboard.press('Escape');
});

await step('a token that could not be revoked is said in the question', async () => {
    await must('POST', '/v1/tokens', { token: ann.token, body: { label: 'calendar', scopes: ['read'] } });
    await open(page, 'account');
    await page.route('**/v1/tokens/*', (route) => route.abort());
    await page.getByRole('button', { name: 'Revoke “calendar”' }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await dialog.getByText('The server cannot be reached.').waitFor();
    await page.unroute('**/v1/tokens/*');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('You have none.').waitFor();
});

// ---- what is refused while one types

await step('what was refused is not said of another time, and what was typed stays', async () => {
    await book(bob.token, 'f-2', '2030-05-14T10:00', '2030-05-14T11:00', { title: 'Choir' });
    await open(page, 'room?id=f-2&date=2030-05-14');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    for (const [name, value] of [['Date', '2030-05-14'], ['From', '10:00'], ['Until', '11:00'], ['What for', 'Typed']]) await dialog.getByLabel(name).fill(value);
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await dialog.getByRole('alert').getByText('Taken 10:00–11:00').waitFor();
    await dialog.getByLabel('From').fill('12:00');
    await dialog.getByText('Taken 10:00–11:00').waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await said(page, 'Room f-2 is yours');
});

await step('a booking that is moved says what would be refused while it is typed, and what its rules ask is changed', async () => {
    const mine = await book(ann.token, 'f-3', '2030-05-14T10:00', '2030-05-14T11:00', { title: 'Mine', attributes: { purpose: 'Course' }, acceptTerms: '1' });
    await book(admin.token, 'f-3', '2030-05-14T14:00', '2030-05-14T15:00');
    await open(page, 'mine');
    await page.getByRole('button', { name: 'Change Room f-3, 10:00–11:00' }).click();
    await dialog.getByLabel('From').fill('14:00');
    await dialog.getByText('Taken 14:00–15:00').waitFor();
    await dialog.getByLabel('From').fill('12:00');
    await dialog.getByText('Decided by: desk.').waitFor();
    is([await dialog.getByLabel('Purpose').inputValue(), await dialog.getByRole('link', { name: '/terms' }).count()], ['Course', 0], 'what was answered, and terms that were accepted');
    await dialog.getByLabel('Purpose').fill('Exam');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await said(page, 'Changed');
    const { attributes, start } = await must('GET', `/v1/bookings/${mine.id}`, { token: ann.token });
    is([attributes, start.slice(11, 16)], [{ purpose: 'Exam' }, '12:00'], 'booking');
    await page.getByRole('button', { name: 'Change Room f-3, 12:00–13:00' }).click();
    await dialog.getByLabel('Purpose').fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    is((await must('GET', `/v1/bookings/${mine.id}`, { token: ann.token })).attributes, {}, 'answers');
});

await step('terms of use can be read before they are accepted, and who decides is said', async () => {
    await open(page, 'room?id=f-3&date=2030-05-14');
    await page.getByRole('button', { name: 'Request it' }).click();
    await dialog.getByLabel('I accept').check();
    await dialog.getByText('Decided by: desk.').waitFor();
    is(await dialog.getByRole('link', { name: '/terms' }).getAttribute('target'), '_blank', 'target');
    await page.keyboard.press('Escape');
});

await step('in a browser of another zone a form says what its time is there, too', async () => {
    const far = await person({ timezoneId: 'America/Toronto' });
    await signIn(far.page, 'ann', 'board?building=House&date=2030-05-22');
    await far.page.getByRole('button', { name: /^Free 08:00.*Room f-1/ }).press('Enter');
    await far.page.getByText('On the clock of this device: 01:00–02:00').waitFor();
    await far.page.getByLabel('From').fill('02:00');
    await far.page.getByText('On the clock of this device: Tue, 21 May 2030, 19:00–20:00').waitFor();
    await far.context.close();
});

// ---- one's own

await step('what was booked at one click is given details at another', async () => {
    await open(page, '?building=House&date=2030-05-15&from=10:00&minutes=60');
    await page.getByRole('button', { name: 'Book Room f-1', exact: true }).click();
    await page.getByRole('button', { name: 'Add details' }).click();
    await dialog.getByLabel('What for').fill('Seminar');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await said(page, 'Changed');
    await page.locator('.booking', { hasText: 'Seminar' }).waitFor();
    like(page.url(), /\/mine$/, 'address');
});

await step('of a series the first date stands for the others until they are unfolded', async () => {
    await must('POST', '/v1/series', { token: ann.token, body: { space: 'f-2', start: '2030-09-02T09:00', minutes: 60, rule: { freq: 'weekly', count: 4 }, mode: 'all', title: 'Weekly' } });
    await open(page, 'mine');
    const dates = page.locator('.booking', { hasText: 'Weekly' });
    await dates.first().waitFor();
    is(await dates.count(), 1, 'dates');
    await page.getByRole('button', { name: '3 more dates' }).click();
    await dates.nth(3).waitFor();
    is(await page.getByRole('button', { name: '3 more dates' }).getAttribute('aria-expanded'), 'true', 'expanded');
});

await step('a double click cancels once, and says so once', async () => {
    await book(ann.token, 'f-1', '2030-05-17T10:00', '2030-05-17T11:00', { title: 'Twice' });
    await open(page, 'mine');
    await page.locator('.booking', { hasText: 'Twice' }).getByRole('button', { name: /^Cancel/ }).dblclick();
    await said(page, 'is cancelled');
    await page.locator('.booking', { hasText: 'Twice' }).waitFor({ state: 'detached' });
    is(await page.locator('.toast').count(), 1, 'messages');
});

// ---- what is shown

await step('the rooms are those of the address, whichever way one comes to it', async () => {
    await open(page, 'rooms?building=Annex&capacityMin=x');
    await page.locator('.count', { hasText: /^1 room$/ }).waitFor();
    is(await page.getByLabel('Building').inputValue(), 'Annex', 'building');
    await page.getByRole('link', { name: 'Rooms', exact: true }).click();
    await page.locator('.count', { hasText: /^4 rooms$/ }).waitFor();
    is(await page.getByLabel('Building').locator('option').allInnerTexts(), ['All buildings', 'Annex', 'Cellar', 'House'], 'buildings');
    await page.goBack();
    await page.locator('.count', { hasText: /^1 room$/ }).waitFor();
});

await step('what goes on for days is said of each day as it is', async () => {
    await must('POST', '/v1/closures', { ...as, body: { spaces: ['f-1'], start: '2030-06-03T12:00', end: '2030-06-05T09:00', reason: 'Painting' } });
    await open(boss.page, 'calendar?date=2030-06-03');
    const cells = boss.page.locator('.entry-button', { hasText: 'Painting' });
    await cells.first().waitFor();
    is((await cells.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ')), ['from 12:00 Closed: Painting', 'all day Closed: Painting', 'until 09:00 Closed: Painting'], 'days');
    is(await boss.page.evaluate(() => globalThis.bookable.kit.showSpan('2030-06-03T00:00', '2030-06-10T00:00')), '00:00–Mon, 10 Jun 2030 00:00', 'a span of days');
});

await step('a day of the log is typed digit by digit', async () => {
    await open(boss.page, 'log');
    await settled(boss.page);
    await boss.page.getByLabel('From', { exact: true }).focus();
    await boss.page.keyboard.type('05162031');
    await boss.page.waitForURL(/from=2031-05-16/);
    await boss.page.getByRole('heading', { name: 'Nothing like that' }).waitFor();
});

await step('a table of a spreadsheet of Windows has its umlauts', async () => {
    await open(boss.page, 'import-rooms');
    await boss.page.getByLabel('CSV file').setInputFiles({ name: 'rooms.csv', mimeType: 'text/csv', buffer: Buffer.from('id;name\nu-1;Gro\xdfer Saal "A"\n', 'latin1') });
    await boss.page.getByRole('cell', { name: 'Großer Saal "A"' }).waitFor();
});

await step('rooms that cannot be read at first are said to be out of reach, and read anew', async () => {
    let isAway = true;
    await boss.page.route('**/v1/spaces?expand=policy*', (route) => (isAway ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"unavailable","status":503}' }) : route.continue()));
    for (const address of ['today?date=2030-05-14', 'calendar?date=2030-05-14']) {
        isAway = true;
        await open(boss.page, address);
        await boss.page.getByRole('alert').getByText('out of reach').waitFor();
        isAway = false;
        await boss.page.getByRole('button', { name: 'Try again' }).click();
        await boss.page.getByRole('link', { name: 'Room f-1' }).waitFor();
    }
    await boss.page.unroute('**/v1/spaces?expand=policy*');
});

await step('an answer of a gateway that has lost the request is asked for again, and is one booking', async () => {
    await open(page, 'room?id=f-1&date=2030-05-20');
    await page.route('**/v1/bookings', async (route) => { await route.fetch(); await route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }); }, { times: 1 });
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    for (const [name, value] of [['Date', '2030-05-20'], ['From', '10:00'], ['What for', 'Gateway']]) await dialog.getByLabel(name).fill(value);
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await said(page, 'Room f-1 is yours');
    is((await must('GET', '/v1/bookings?space=f-1&from=2030-05-20T00:00:00Z', { token: ann.token })).items.filter(({ title }) => title === 'Gateway').length, 1, 'bookings');
    is(faults.splice(0).filter((one) => !/status of 502/.test(one)), [], 'faults');
});

await step('a page whose texts do not come says so, and begins anew', async () => {
    const guest = await person();
    await guest.page.route(/\/a\/lang-/, (route) => route.abort());
    await guest.page.goto(`${SITE}/`);
    await guest.page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
    await guest.page.unroute(/\/a\/lang-/);
    await guest.page.getByRole('button', { name: 'Try again' }).click();
    await guest.page.getByText('Sign in to find and book a room.').waitFor();
    await guest.context.close();
});

await step('a building that is no more can be taken out of a search', async () => {
    for (const [address, found] of [['board?building=Ruin', '.board'], ['?building=Ruin&date=2030-05-14&from=10:00', '.room-card']]) {
        await open(page, address);
        await page.getByText(/No room like that|No room is free then/).first().waitFor();
        const building = page.locator('label', { hasText: /^Building/ }).locator('select');
        is(await building.inputValue(), 'Ruin', 'building');
        await building.selectOption('');
        if (address.startsWith('?')) await page.getByRole('button', { name: 'Find', exact: true }).click();
        await page.locator(found).first().waitFor();
    }
});

// ---- who is signed in

await step('a tab that is opened after the session has ended takes nothing from another, which goes on when it has begun anew', async () => {
    await open(page, 'account');
    await page.getByLabel('E-mail address').fill('typed@example.org');
    await end(context);
    const second = await context.newPage();
    await second.goto(`${SITE}/mine`);
    await second.getByText('Sign in to find and book a room.').waitFor();
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.waitFor();
    is(await again.getByLabel('Password').evaluate((one) => one === document.activeElement), true, 'the password has the focus');
    await second.getByLabel('Name').fill('ann');
    await second.getByLabel('Password').fill(PASSWORD);
    await second.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    is(await page.getByLabel('E-mail address').inputValue(), 'typed@example.org', 'what was typed');
    await second.close();
});

await step('who signs in as somebody else sees nothing of the one before, and all that is theirs', async () => {
    await end(context);
    await look(page);
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByLabel('Name').fill('admin');
    await again.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    await page.waitForFunction(() => [...document.querySelectorAll('input')].every((one) => one.value !== 'typed@example.org'));
    await page.getByRole('link', { name: 'Today' }).click();
    await page.getByRole('link', { name: 'Room f-4' }).waitFor();
});

await step('the end of a session is left without a network, too', async () => {
    await end(context);
    await look(page);
    await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    await context.setOffline(true);
    await page.keyboard.press('Escape');
    await page.getByText('Sign in to find and book a room.').waitFor();
    await context.setOffline(false);
});

await step('a password that is wrong is said at its field; a new one ends what is signed in elsewhere, which is not shown any more', async () => {
    await signIn(page, 'bob', 'account');
    const now = page.getByLabel('Current password');
    await now.fill('wrong');
    await page.getByLabel('New password').fill(`${PASSWORD}-new`);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.locator('.fault', { hasText: 'This is not your password.' }).waitFor();
    is(await now.evaluate((one) => one === document.activeElement), true, 'focus');
    await page.getByRole('button', { name: /^End / }).waitFor();
    await now.fill(PASSWORD);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await said(page, 'Your password is changed');
    await page.getByRole('button', { name: /^End / }).waitFor({ state: 'detached' });
});

await step('one\'s own account is deleted, after a question', async () => {
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await page.getByText('Sign in to find and book a room.').waitFor();
    is((await call('POST', '/v1/session', { body: { name: 'bob', password: `${PASSWORD}-new` } })).status, 401, 'a sign-in after that');
});

await step('nothing was written on the console', async () => is([faults, boss.faults], [[], []], 'faults'));
await finish();
