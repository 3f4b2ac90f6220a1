// Requests: approved of and refused, one by one and several at once, and what the person sees who asked.
import { PASSWORD, ask, call, finish, is, like, missingTexts, must, open, person, served, settled, signIn, signUp, step, sticksOut, violations } from './harness.mjs';

const XSS = '"><img src=x onerror=alert(1)>';
const admin = await signUp('admin');
const ann = await signUp('ann');
const max = await signUp('max');
await must('PUT', '/v1/policies/ask', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { name: 'Ask', book: [], request: ['everyone'], series: { by: ['everyone'] }, pendingExpires: 2160 } });
for (const [id, name] of [['hall', `Hall ${XSS}`], ['lab', 'Lab']]) {
    await must('POST', '/v1/spaces', { token: admin.token, body: { id, name, building: 'Library', capacity: 50, policy: 'ask', timeZone: 'Europe/Helsinki', managers: [`user:${max.id}`] } });
}

const wish = (start, more = {}) => must('POST', '/v1/bookings', { token: ann.token, body: { space: 'lab', start, minutes: 60, title: 'A wish', people: 3, ...more } });
const stateOf = async ({ id }) => (await must('GET', `/v1/bookings/${id}`, { token: ann.token })).state;
const said = (page, text) => page.locator('.toast', { hasText: text }).last().waitFor();
const request = (page, { id }) => page.locator(`[data-request="${id}"]`);
const gone = (page, one) => request(page, one).waitFor({ state: 'detached' });

const { page, context, faults } = await person();
await signIn(page, 'max');

await step('without requests the page says so; a manager of rooms has it in the navigation, and who manages none has not', async () => {
    await page.getByRole('link', { name: 'Requests' }).click();
    await page.getByRole('heading', { name: 'Nobody waits' }).waitFor();
    const member = await person();
    await signIn(member.page, 'ann', 'mine');
    await member.page.getByRole('heading', { name: 'My bookings' }).waitFor();
    is(await member.page.getByRole('link', { name: 'Requests' }).count(), 0, 'links');
    await member.context.close();
});

await step('a request is approved at one click, and who asked sees it as booked', async () => {
    const first = await wish('2030-05-14T10:00');
    const second = await wish('2030-05-14T12:00');
    const started = Date.now();
    await open(page, 'mine');
    let clicks = 0;
    const click = async (what) => { clicks += 1; await what.click(); };
    await click(page.getByRole('link', { name: 'Requests' }));
    await request(page, first).locator('dd', { hasText: /^ann$/ }).waitFor();
    await click(request(page, first).getByRole('button', { name: 'Approve' }));
    await said(page, 'Approved: Lab');
    console.log(`# clicks to approve a request: ${clicks}; seconds, with the machine's own: ${((Date.now() - started) / 1000).toFixed(1)}`);
    is(clicks, 2, 'clicks');
    await gone(page, first);
    is(await stateOf(first), 'confirmed', 'state');
    await page.waitForFunction((id) => document.activeElement.closest('[data-request]')?.dataset.request === id, second.id);
    const member = await person();
    await signIn(member.page, 'ann', 'mine');
    await member.page.locator('.booking.pending', { hasText: '12:00' }).waitFor();
    is(await member.page.locator('.booking', { hasText: '10:00' }).locator('.tag').count(), 0, 'mark of the approved one');
    is(member.faults, [], 'faults');
    await member.context.close();
});

await step('the screen asks one question of the bookings', async () => {
    const before = served().length;
    await open(page, 'requests');
    await page.locator('.request').first().waitFor();
    const asked = served().slice(before).filter((line) => line.includes('/v1/')).map((line) => line.split(/[ ?]/)[1]);
    is(asked.sort(), ['/v1/bookings', '/v1/session'], 'requests');
});

await step('by the keyboard alone: a approves, r asks for a reason, without which nothing is refused, and the next one has the focus', async () => {
    const [one, two, three] = [await wish('2030-05-15T10:00'), await wish('2030-05-15T12:00'), await wish('2030-05-15T14:00')];
    await open(page, 'requests');
    await request(page, one).getByRole('button', { name: 'Approve' }).focus();
    await page.keyboard.press('a');
    await gone(page, one);
    await page.waitForFunction((id) => document.activeElement.closest('[data-request]')?.dataset.request === id, two.id);
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why?').waitFor();
    await page.keyboard.press('Tab');
    await dialog.getByRole('button', { name: 'Refuse' }).focus();
    await page.keyboard.press('Enter');
    await dialog.locator('.fault').first().waitFor();
    is(await page.evaluate(() => document.activeElement.tagName), 'TEXTAREA', 'the faulty field has the focus');
    is(await stateOf(two), 'pending', 'state without a reason');
    await page.keyboard.type('Are the keys a and r free in a text?');
    await dialog.getByRole('button', { name: 'Refuse' }).focus();
    await page.keyboard.press('Enter');
    await gone(page, two);
    await page.waitForFunction((id) => document.activeElement.closest('[data-request]')?.dataset.request === id, three.id);
    is([await stateOf(one), await stateOf(two), await stateOf(three)], ['confirmed', 'rejected', 'pending'], 'states');
});

await step('who asked reads why, and books what is suggested at one click', async () => {
    await must('PUT', '/v1/policies/free', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { name: 'Free' } });
    await must('POST', '/v1/spaces', { token: admin.token, body: { id: 'attic', name: 'Attic', building: 'Library', policy: 'free', timeZone: 'Europe/Helsinki' } });
    const one = await wish('2030-05-16T10:00', { title: XSS, notes: XSS });
    await open(page, 'requests');
    await request(page, one).getByRole('button', { name: 'Refuse' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why?').fill(`Too loud ${XSS}`);
    await dialog.getByLabel('Room').selectOption('attic');
    await dialog.getByLabel('Date').fill('2030-05-16');
    await dialog.getByLabel('From').fill('15:00');
    await dialog.getByRole('button', { name: 'Refuse' }).click();
    await said(page, 'Refused: Lab');
    is(await page.locator('img[src=x]').count(), 0, 'images of texts');
    const member = await person();
    await signIn(member.page, 'ann', 'mine');
    const refused = member.page.locator('.booking.rejected', { hasText: 'Too loud' });
    await refused.getByText('Suggested instead: Attic').waitFor();
    await refused.getByRole('button', { name: 'Book that' }).click();
    await said(member.page, 'Attic is yours');
    is(await member.page.locator('img[src=x]').count(), 0, 'images of a reason');
    const { items } = await must('GET', '/v1/bookings?space=attic&from=2030-05-16T00:00:00Z', { token: ann.token });
    is(items.map(({ start, end, people }) => [start.slice(11, 16), end.slice(11, 16), people]), [['15:00', '16:00', 3]], 'booking');
    is(member.faults, [], 'faults');
    await member.context.close();
});

await step('a request that was moved meanwhile is not approved unseen', async () => {
    const one = await wish('2030-05-20T10:00');
    await open(page, 'requests');
    await request(page, one).waitFor();
    await must('PATCH', `/v1/bookings/${one.id}`, { token: ann.token, headers: { 'If-Match': '*' }, body: { start: '2030-05-20T11:00', end: '2030-05-20T12:00' } });
    await request(page, one).getByRole('button', { name: 'Approve' }).click();
    await request(page, one).getByText('It was changed meanwhile').waitFor();
    await request(page, one).getByText('11:00–12:00').waitFor();
    is(await stateOf(one), 'pending', 'state');
    await request(page, one).getByRole('button', { name: 'Approve' }).click();
    await gone(page, one);
    is(await stateOf(one), 'confirmed', 'state after looking again');
});

await step('a request that is changed while the reason is typed shows how it is now, and the reason is kept', async () => {
    const one = await wish('2030-05-21T10:00');
    await open(page, 'requests');
    await request(page, one).getByRole('button', { name: 'Refuse' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why?').fill('Still no');
    await must('PATCH', `/v1/bookings/${one.id}`, { token: ann.token, headers: { 'If-Match': '*' }, body: { start: '2030-05-21T11:00', end: '2030-05-21T12:00' } });
    await dialog.getByRole('button', { name: 'Refuse' }).click();
    await dialog.getByText('It was changed meanwhile').waitFor();
    await dialog.getByText('11:00–12:00').waitFor();
    is([await stateOf(one), await dialog.getByLabel('Why?').inputValue()], ['pending', 'Still no'], 'state, and reason');
    await dialog.getByRole('button', { name: 'Refuse' }).click();
    await gone(page, one);
    is(await stateOf(one), 'rejected', 'state');
});

await step('of two who decide the second is told who decided, and what', async () => {
    const one = await wish('2030-05-22T10:00');
    await open(page, 'requests');
    await request(page, one).waitFor();
    await must('POST', `/v1/bookings/${one.id}/rejection`, { token: admin.token, body: { reason: 'The other was faster' } });
    await request(page, one).getByRole('button', { name: 'Approve' }).click();
    await page.locator('.toast.bad', { hasText: 'refused it already. The other was faster' }).waitFor();
    await gone(page, one);
    is(await stateOf(one), 'rejected', 'state');
});

await step('several are approved at once; the one that was given up meanwhile is named, and the others are done', async () => {
    const three = [await wish('2030-05-23T10:00'), await wish('2030-05-23T12:00'), await wish('2030-05-23T14:00')];
    await open(page, 'requests');
    await request(page, three[0]).waitFor();
    is(await page.getByRole('button', { name: 'the chosen ones' }).count(), 0, 'buttons for what is chosen, while nothing is');
    for (const one of three) await request(page, one).getByRole('checkbox').check();
    await must('POST', `/v1/bookings/${three[1].id}/cancellation`, { token: ann.token, body: {} });
    await page.getByRole('button', { name: 'Approve the chosen ones (3)' }).click();
    await said(page, '2 requests approved');
    await page.locator('.toast.bad', { hasText: '12:00' }).waitFor();
    for (const one of three) await gone(page, one);
    is(await Promise.all(three.map(stateOf)), ['confirmed', 'cancelled', 'confirmed'], 'states');
});

await step('several are refused with one reason', async () => {
    const two = [await wish('2030-05-24T10:00'), await wish('2030-05-24T12:00')];
    await open(page, 'requests');
    for (const one of two) await request(page, one).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Refuse the chosen ones (2)' }).click();
    await page.getByLabel('Why?').fill('Exams');
    await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
    await said(page, '2 requests refused');
    is(await Promise.all(two.map(stateOf)), ['rejected', 'rejected'], 'states');
});

await step('all dates of a series are approved at once', async () => {
    const series = await must('POST', '/v1/series', { token: ann.token, body: { space: 'lab', start: '2030-09-02T09:00', minutes: 60, rule: { freq: 'weekly', count: 3 }, mode: 'all', title: 'Seminar' } });
    await open(page, 'requests');
    await page.getByRole('button', { name: 'Approve all 3 dates' }).first().click();
    await said(page, '3 requests approved');
    is((await must('GET', `/v1/series/${series.id}`, { token: ann.token })).counts.confirmed, 3, 'confirmed');
});

await step('what else there is that day, and how often the person books, is there to be opened', async () => {
    const one = await wish('2030-05-14T15:00');
    await open(page, 'requests');
    await request(page, one).getByRole('button', { name: 'What else' }).click();
    await request(page, one).getByText(/10:00–11:00/).waitFor();
    const { items } = await must('GET', `/v1/bookings?user=${ann.id}&state=confirmed,pending&from=2030-02-12T22:00:00Z&to=2030-08-11T21:00:00Z&limit=200`, { token: max.token });
    await request(page, one).getByText(`ann has ${items.length} booking`).waitFor();
});

await step('times are the room\'s in a browser of another zone, on the days on which clocks change', async () => {
    const two = [await wish('2030-03-31T02:00'), await wish('2030-10-27T02:00')];
    const far = await person({ timezoneId: 'America/Toronto' });
    await signIn(far.page, 'max', 'requests');
    await request(far.page, two[0]).getByText('31 Mar 2030, 02:00–04:00').waitFor();
    await request(far.page, two[1]).getByText('27 Oct 2030, 02:00–03:00').waitFor();
    await far.page.getByText('All times are the room\'s').first().waitFor();
    is(far.faults, [], 'faults');
    await far.context.close();
});

await step('the screen is accessible, light and dark, and so is the dialog', async () => {
    for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme });
        await open(page, 'requests');
        await page.locator('.request').first().waitFor();
        is(await violations(page), [], scheme);
        await page.locator('.request').first().getByRole('button', { name: 'Refuse' }).click();
        await page.getByLabel('Why?').waitFor();
        is(await violations(page), [], `dialog, ${scheme}`);
        await page.keyboard.press('Escape');
    }
    await page.emulateMedia({ colorScheme: 'light' });
});

await step('the screen fits into 320 px, and into 1280 px with text of twice the size', async () => {
    for (const [width, size] of [[320, '100%'], [1280, '200%']]) {
        await page.setViewportSize({ width, height: 800 });
        await open(page, 'requests');
        await page.locator('.request').first().waitFor();
        await page.evaluate((text) => { document.documentElement.style.fontSize = text; }, size);
        is(await sticksOut(page), [], `${width} ${size}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
});

await step('no text is missing, in German', async () => {
    const german = await person({ locale: 'de-DE' });
    await open(german.page, 'requests');
    await german.page.getByLabel('Name').fill('max');
    await german.page.getByLabel('Passwort').fill(PASSWORD);
    await german.page.keyboard.press('Enter');
    await german.page.locator('.request').first().getByRole('button', { name: 'genehmigen' }).waitFor();
    is(await missingTexts(german.page), [], 'missing');
    is(german.faults, [], 'faults');
    await german.context.close();
});

await step('a session that ends asks who one is, and the request is there still', async () => {
    const one = await wish('2030-06-03T10:00');
    await open(page, 'requests');
    await request(page, one).waitFor();
    const cookie = (await context.cookies()).find(({ name }) => /bookable/.test(name));
    await call('DELETE', '/v1/session', { token: cookie.value });
    await request(page, one).getByRole('button', { name: 'Approve' }).click();
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    await request(page, one).getByRole('button', { name: 'Approve' }).click();
    await gone(page, one);
    is(await stateOf(one), 'confirmed', 'state');
});

await step('without a network the request says so, and is approved when there is one', async () => {
    const one = await wish('2030-06-04T10:00');
    await open(page, 'requests');
    await request(page, one).waitFor();
    await context.setOffline(true);
    await request(page, one).getByRole('button', { name: 'Approve' }).click();
    await request(page, one).getByText('The server cannot be reached.').waitFor();
    await context.setOffline(false);
    await request(page, one).getByRole('button', { name: 'Approve' }).click();
    await gone(page, one);
    is(await stateOf(one), 'confirmed', 'state');
});

await step('while the database is stopped the request says so, stays, and is approved when it is back', async () => {
    const one = await wish('2030-06-05T10:00');
    await open(page, 'requests');
    await request(page, one).waitFor();
    await ask('stop-database');
    await request(page, one).getByRole('button', { name: 'Approve' }).click();
    await request(page, one).getByRole('alert').waitFor();
    await ask('start-database');
    for (const service of ['user', 'booking']) await page.waitForFunction(async (name) => (await fetch(`/${name}/health`)).status === 200, service, { polling: 500 });
    await request(page, one).getByRole('button', { name: 'Approve' }).click();
    await gone(page, one);
    is(await stateOf(one), 'confirmed', 'state');
});

await step('nothing was written on the console', async () => is(faults, [], 'faults'));
await finish();
