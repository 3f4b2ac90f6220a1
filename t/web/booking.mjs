// Finding a room, booking it, and what is one's own.
import { call, finish, forEveryScreen, is, like, must, open, person, said, signIn, signUp, step, violations, withoutDatabase } from './harness.mjs';

const XSS = '"><img src=x onerror=alert(1)>';
const admin = await signUp('admin');
const ann = await signUp('ann');
const bob = await signUp('bob');
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
await must('PUT', '/v1/policies/all', { token: admin.token, headers: { 'If-None-Match': '*' }, body: {
    name: 'All', hours: [{ days: everyDay, from: '00:00', to: '24:00' }], length: { min: 15, max: 240, step: 15 }, start: { step: 15 }, people: { min: 1, enforceCapacity: true }, privacy: { others: 'title' },
    past: true } });  // so that a slow machine may take its time between "now" and the click
await must('PUT', '/v1/policies/ask', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { name: 'Ask', book: [], request: ['everyone'], pendingExpires: 48 } });
for (const [id, capacity, policy, building] of [['a-1', 4, 'all', 'Library'], ['a-2', 6, 'all', 'Library'], ['a-3', 8, 'all', 'Annex'], ['hall', 100, 'ask', 'Annex']]) {
    await must('POST', '/v1/spaces', { token: admin.token, body: { id, name: `Room ${id}`, building, capacity, policy, timeZone: 'Europe/Helsinki', features: ['screen'] } });
}

const DAY = '2030-05-14';
const book = (token, body) => must('POST', '/v1/bookings', { token, body: { people: 1, ...body } });
const bookings = async (query, token = admin.token) => (await must('GET', `/v1/bookings?${query}`, { token })).items;
const ofDay = (space, day = DAY) => bookings(`space=${space}&from=${day}T00:00:00%2B03:00&to=${day}T23:59:00%2B03:00`);

const { page, context, faults } = await person();
await signIn(page, 'ann');

// ---- finding

await step('a room for six now takes at most 3 clicks from the start page', async () => {
    await open(page, '');
    let clicks = 0;
    const click = async (what) => { clicks += 1; await what.click({ clickCount: 1 }); };
    await click(page.getByLabel('People'));
    await page.keyboard.press('Control+A');
    await page.keyboard.type('6');
    await page.keyboard.press('Enter');
    await page.waitForURL(/people=6/);
    await click(page.getByRole('button', { name: 'Book Room a-2', exact: true }));
    await said(page, 'Room a-2 is yours');
    const [mine] = await bookings('user=me', ann.token);
    is([mine.space, mine.people, mine.title], ['a-2', 6, 'Booking of ann'], 'booking');
    if (clicks > 3) throw new Error(`${clicks} clicks`);
    console.log(`# clicks to book a room for six now: ${clicks}`);
});

await step('after a booking Undo has the focus, and Enter takes it back', async () => {
    is(await page.evaluate(() => document.activeElement.innerText), 'Undo', 'focus');
    await page.keyboard.press('Enter');
    await said(page, 'Taken back');
    is(await bookings('user=me', ann.token), [], 'bookings');
});

await step('what is free, what is later, and what is not, with why', async () => {
    await book(bob.token, { space: 'a-1', start: `${DAY}T10:00`, end: `${DAY}T11:00`, title: XSS });
    await open(page, `?date=${DAY}&from=10:00&minutes=60&people=2`);
    await page.locator('.count', { hasText: '3 rooms are free' }).waitFor();
    like(await page.getByRole('region', { name: 'Free later or shorter' }).innerText(), /Room a-1, 11:00–12:00/, 'later');
    like(await page.getByRole('region', { name: 'Taken, or not for you' }).innerText(), /Room a-1[\s\S]*taken until 11:00/, 'why');
    await page.getByRole('button', { name: 'Request Room hall' }).waitFor();
    is(await page.locator('.room-card h3').allInnerTexts(), ['Room a-2', 'Room a-3', 'Room hall'], 'the smallest that fits comes first');
});

await step('a slot that somebody takes between the search and the click is said, and nothing is booked twice', async () => {
    await open(page, `?date=${DAY}&from=13:00&minutes=60&people=5`);
    await page.getByRole('button', { name: 'Book Room a-2', exact: true }).waitFor();
    await book(bob.token, { space: 'a-2', start: `${DAY}T13:00`, end: `${DAY}T14:00` });
    await page.getByRole('button', { name: 'Book Room a-2', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Taken 13:00–14:00/).waitFor();
    is(await dialog.getByLabel('People').inputValue(), '5', 'what was asked for');
    await dialog.getByLabel('What for').fill('Kept');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await dialog.getByRole('alert').getByText(/Taken 13:00–14:00/).waitFor();
    is(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert', 'focus');
    is(await dialog.getByLabel('What for').inputValue(), 'Kept', 'what was typed');
    await dialog.getByLabel('From').fill('14:00');
    await dialog.getByText(/Taken 13:00/).waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await said(page, 'Room a-2 is yours');
    is((await ofDay('a-2')).map(({ start, title }) => [start.slice(11, 16), title]), [['13:00', null], ['14:00', 'Kept']], 'bookings');
});

await step('who may only ask is told so, asks, and sees it as requested', async () => {
    await open(page, `?date=${DAY}&from=10:00&minutes=60&people=50`);
    await page.getByRole('button', { name: 'Book Room hall with details' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Somebody decides about it/).waitFor();
    await dialog.getByRole('button', { name: 'Request it' }).click();
    await said(page, 'You have requested Room hall');
    is((await ofDay('hall'))[0].state, 'pending', 'state');
    await open(page, 'mine');
    await page.locator('.booking.pending', { hasText: 'requested' }).waitFor();
});

// ---- the form

await step('what the rules forbid is said while it is typed', async () => {
    await open(page, 'room?id=a-1');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Date').fill(DAY);
    await dialog.getByLabel('From').fill('15:00');
    await dialog.getByLabel('Until').fill('20:00');
    await dialog.getByText('At most 4 h.').waitFor();
    await dialog.getByLabel('People').fill('9');
    await dialog.getByText('More people than the room has seats: 4.').waitFor();
    await dialog.getByLabel('People').fill('2');
    await dialog.getByLabel('Until').fill('16:00');
    await dialog.locator('.notice').waitFor({ state: 'detached' });
    is(await violations(page), [], 'accessibility of the dialog');
});

await step('a double click, and an answer that is lost, make one booking', async () => {
    const dialog = page.getByRole('dialog');
    let isLost = false;
    await page.route('**/v1/bookings', async (route) => {
        if (isLost) { await route.continue(); return; }
        isLost = true;
        await route.fetch();
        await route.abort();
    });
    await dialog.getByLabel('What for').fill('Lost');
    await dialog.getByRole('button', { name: 'Book', exact: true }).dblclick();
    await said(page, 'Room a-1 is yours');
    await page.unroute('**/v1/bookings');
    is((await ofDay('a-1')).filter(({ title }) => title === 'Lost').length, 1, 'bookings');
    is(isLost, true, 'the first answer was lost');
});

await step('an answer that breaks off in its text is asked for again, and is one booking', async () => {
    await open(page, 'room?id=a-3');
    await page.evaluate(() => {
        const ask = globalThis.fetch;
        globalThis.fetch = async (path, options) => {
            const answer = await ask(path, options);
            if (path !== '/v1/bookings' || options.method !== 'POST') return answer;
            globalThis.fetch = ask;
            return new Response(new ReadableStream({ start: (its) => its.error(new TypeError('network error')) }), { status: answer.status, headers: answer.headers });
        };
    });
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Date').fill(DAY);
    await dialog.getByLabel('From').fill('13:00');
    await dialog.getByLabel('What for').fill('Broken off');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await said(page, 'Room a-3 is yours');
    is((await ofDay('a-3')).filter(({ title }) => title === 'Broken off').length, 1, 'bookings');
    await page.getByRole('button', { name: 'Undo' }).click();
    await said(page, 'Taken back');
});

await step('a session that ends while one types asks who one is, and the booking is made', async () => {
    await open(page, 'room?id=a-3');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Book Room a-3' });
    // Not the hour that it is: what is booked here is listed below. Once the form has asked about both, it asks no more
    // before something else is typed.
    const asked = page.waitForResponse((one) => one.url().includes('dryRun') && one.request().postData().includes(`${DAY}T17:00`));
    await dialog.getByLabel('Date').fill(DAY);
    await dialog.getByLabel('From').fill('17:00');
    await asked;
    const cookie = (await context.cookies()).find(({ name }) => /bookable/.test(name));
    await call('DELETE', '/v1/session', { token: cookie.value });
    await dialog.getByLabel('What for').fill('After signing in');
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByLabel('Password').fill('open-sesame-of-a-test');
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    is(await dialog.getByLabel('What for').inputValue(), 'After signing in', 'what was typed');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await said(page, 'Room a-3 is yours');
});

// ---- the board

await step('the board is one stop for Tab, and arrows, Enter and the form book by the keyboard alone', async () => {
    const day = '2030-05-15';
    await book(bob.token, { space: 'a-1', start: `${day}T10:00`, end: `${day}T11:00`, title: 'Chess' });
    await open(page, `board?date=${day}`);
    await page.locator('.board td button').first().waitFor();
    is(await page.locator('.board td button[tabindex="0"]').count(), 1, 'stops');
    await page.locator('.board td button[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    like(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /Chess/, 'to the right');
    await page.keyboard.press('ArrowRight');
    like(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /Free 11:00/, 'and on');
    await page.keyboard.press('ArrowDown');
    like(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /Room a-2/, 'down');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Book Room a-1' }).waitFor();
    await page.getByLabel('What for').focus();
    await page.keyboard.type('By keys');
    await page.keyboard.press('Enter');
    await said(page, 'Room a-1 is yours');
    is((await ofDay('a-1', day)).map(({ start, title }) => [start.slice(11, 16), title]), [['10:00', 'Chess'], ['11:00', 'By keys']], 'bookings');
});

await step('Page Down goes to the next day, and the address keeps it', async () => {
    await page.locator('.board td button[tabindex="0"]').focus();
    await page.keyboard.press('PageDown');
    await page.waitForURL(/date=2030-05-16/);
});

await step('titles that are HTML are shown as they are', async () => {
    await open(page, `board?date=${DAY}`);
    await page.locator('.board .busy', { hasText: XSS }).first().waitFor();
    is(await page.locator('img[src=x]').count(), 0, 'images');
});

await step('days of 23 and 25 hours have as many columns, by the room\'s clock, in a browser of another zone', async () => {
    const far = await person({ timezoneId: 'America/Toronto' });
    await signIn(far.page, 'ann', 'board');
    for (const [date, hours] of [['2030-03-31', 23], ['2030-10-27', 25], ['2030-04-01', 24]]) {
        // The hours that are shown reach from the first booking to the last.
        await book(bob.token, { space: 'a-1', start: `${date}T00:00`, minutes: 30 });
        await book(bob.token, { space: 'a-1', start: `${date}T23:30`, minutes: 30 });
        await open(far.page, `board?date=${date}`);
        await far.page.locator('.board thead th').nth(1).waitFor();
        const heads = await far.page.locator('.board thead th').allInnerTexts();
        is(heads.length - 1, hours, `columns of ${date}`);
        is(heads.filter((text) => /^03/.test(text)).length, { 23: 0, 24: 1, 25: 2 }[hours], `three o'clocks of ${date}`);
    }
    await far.page.getByText('All times are the room\'s').first().waitFor();
    is(far.faults, [], 'faults');
    await far.context.close();
});

await step('an hour that the clock leaves out is refused at its field', async () => {
    await open(page, 'room?id=a-1');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Date').fill('2030-03-31');
    await dialog.getByLabel('From').fill('03:30');
    await dialog.getByLabel('Until').fill('05:00');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await dialog.locator('.field', { hasText: 'clocks are put forward over this time' }).getByLabel('Date').and(page.locator('[aria-invalid=true]')).waitFor();
    is((await bookings('space=a-1&user=me&from=2030-03-30T00:00:00Z&to=2030-04-01T00:00:00Z', ann.token)), [], 'bookings');
    await page.keyboard.press('Escape');
});

await step('what is offered for now is a time that there is, and still to come', async () => {
    const night = await person();
    // In the minutes before clocks are put forward: an hour that is left out would be no question.
    await night.page.clock.setFixedTime(new Date('2030-03-31T00:50:00Z'));
    await signIn(night.page, 'ann');
    await night.page.locator('.count', { hasText: '04:00–05:00' }).waitFor();
    // And in a minute that has begun, which is over by the rules of a room.
    await night.page.clock.setFixedTime(new Date('2030-05-20T07:30:20Z'));
    await open(night.page, '');
    await night.page.locator('.count', { hasText: '10:45–11:45' }).waitFor();
    is(night.faults, [], 'faults');
    await night.context.close();
});

// ---- mine

await step('a booking is moved, and cancelled with a way back', async () => {
    const mine = await book(ann.token, { space: 'a-3', start: '2030-06-03T09:00', end: '2030-06-03T10:00', title: 'Mine' });
    await open(page, 'mine');
    await page.getByRole('button', { name: 'Change Room a-3, 09:00–10:00' }).click();
    await page.getByRole('dialog').getByLabel('From').fill('12:00');
    await page.getByRole('button', { name: 'Save' }).click();
    await said(page, 'Changed');
    like((await must('GET', `/v1/bookings/${mine.id}`, { token: ann.token })).start, /T12:00/, 'start');
    await page.getByRole('button', { name: 'Cancel Room a-3, 12:00–13:00' }).click();
    await said(page, 'is cancelled');
    is((await must('GET', `/v1/bookings/${mine.id}`, { token: ann.token })).state, 'cancelled', 'state');
    await page.getByRole('button', { name: 'Undo' }).click();
    await said(page, 'It is yours again');
    is((await must('GET', `/v1/bookings/${mine.id}`, { token: ann.token })).state, 'confirmed', 'state');
});

await step('a booking that was changed elsewhere meanwhile says what was changed, and both changes are kept', async () => {
    const mine = await book(ann.token, { space: 'a-3', start: '2030-06-04T09:00', end: '2030-06-04T10:00', title: 'First' });
    await open(page, 'mine');
    await page.getByRole('button', { name: 'Change Room a-3, 09:00–10:00' }).click();
    await page.getByLabel('What for').fill('Mine');
    await must('PATCH', `/v1/bookings/${mine.id}`, { token: ann.token, headers: { 'If-Match': '*' }, body: { title: 'Theirs', people: 3 } });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').locator('li').first().waitFor();
    const changed = await page.getByRole('alert').locator('li').allInnerTexts();
    is(changed, ['What for: was “First”, is now “Theirs”. You have “Mine”.', 'People: was 1, is now 3.'], 'what was changed');
    await page.getByRole('button', { name: 'Save mine' }).click();
    await said(page, 'Changed');
    const { title, start, people } = await must('GET', `/v1/bookings/${mine.id}`, { token: ann.token });
    is([title, start.slice(11, 16), people], ['Mine', '09:00', 3], 'booking');
});

await step('a move to a time that somebody has is refused in words', async () => {
    await book(bob.token, { space: 'a-3', start: '2030-06-04T15:00', end: '2030-06-04T16:00' });
    await open(page, 'mine');
    await page.getByRole('button', { name: 'Change Room a-3, 09:00–10:00' }).click();
    await page.getByRole('dialog').getByLabel('From').fill('15:30');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('Taken 15:00–16:00').waitFor();
    await page.keyboard.press('Escape');
});

// ---- all of them

const SCREENS = [`?date=${DAY}&from=10:00&people=2`, `board?date=${DAY}`, 'mine', 'mine?when=past', 'room?id=a-1'];

await forEveryScreen(page, 'ann', SCREENS);
await step('without a network the form says so, and books when there is one', async () => {
    await open(page, 'room?id=a-2');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Date').fill('2030-06-10');
    await dialog.getByLabel('From').fill('10:00');
    await dialog.getByLabel('What for').fill('Offline');
    await context.setOffline(true);
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await dialog.getByText('It is not known whether that was booked').waitFor();
    await context.setOffline(false);
    await said(page, 'Room a-2 is yours');
    is((await bookings('space=a-2&from=2030-06-10T00:00:00Z&to=2030-06-11T00:00:00Z')).length, 1, 'bookings');
});

await step('while the database is stopped the page says so, and what was shown stays', async () => {
    await open(page, 'mine');
    await page.locator('.booking').first().waitFor();
    await withoutDatabase(page, 'booking', async () => {
        await page.locator('.booking').first().getByRole('button', { name: /^Cancel/ }).click();
        await page.locator('.toast.bad').waitFor();
        like(await page.locator('.booking').count(), /[1-9]/, 'bookings that are shown');
    });
    await open(page, 'mine');
    await page.locator('.booking').first().waitFor();
});

await step('nothing was written on the console', async () => is(faults, [], 'faults'));
await finish();
