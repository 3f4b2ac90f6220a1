// What is free of a house, of a day and of a room: each screen asks one question, and shows what the server says.
import { call, finish, forEveryScreen, is, like, must, open, person, said, settled, signIn, signUp, step, withoutDatabase } from './harness.mjs';

const admin = await signUp('admin');
const ann = await signUp('ann');
const bob = await signUp('bob');
const as = { token: admin.token };
const NEW = { ...as, headers: { 'If-None-Match': '*' } };
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY = '2030-05-14';

// ---- a house of 200 rooms in a tower, and a few that have rules of their own

await must('PUT', '/v1/policies/hours', { ...NEW, body: { name: 'Hours', hours: [{ days: WEEK, from: '08:00', to: '18:00' }], length: { min: 30, max: 120, step: 30 }, start: { step: 30 },
    quota: [{ id: 'week', per: 'week', minutes: 600 }], privacy: { others: 'title' }, past: true } });
await must('PUT', '/v1/policies/staff', { ...NEW, body: { name: 'Staff', see: ['everyone'], book: ['group:staff'] } });
await must('PUT', '/v1/policies/night', { ...NEW, body: { name: 'Night', hours: [{ days: WEEK, from: '00:00', to: '24:00' }], past: true } });
for (const [id, capacity, policy] of [['h-1', 4, 'hours'], ['h-2', 6, 'hours'], ['h-3', 8, 'staff'], ['h-4', 10, 'night']]) {
    await must('POST', '/v1/spaces', { ...as, body: { id, name: `Room ${id}`, building: 'House', capacity, policy, timeZone: 'Europe/Helsinki', features: ['screen'] } });
}
const TOWER = Array.from({ length: 196 }, (none, i) => ({ id: `t-${i}`, name: `Tower ${i}`, building: 'Tower', timeZone: 'Europe/Helsinki', policy: 'hours' }));
await must('POST', '/v1/spaces/batch', { ...as, body: { items: TOWER } });

const book = (token, space, start, end, more = {}) => must('POST', '/v1/bookings', { token, body: { space, start: `${DAY}T${start}`, end: `${DAY}T${end}`, ...more } });
const QUESTION = `?building=House&date=${DAY}`;

const { page, context, faults } = await person();
await signIn(page, 'ann', QUESTION);
await page.locator('.count').waitFor();

// ---- finding

await step('what is free, what is free later or shorter, and what is not, with why', async () => {
    await book(bob.token, 'h-1', '10:00', '11:00');
    await book(bob.token, 'h-2', '11:00', '12:00');
    await open(page, `${QUESTION}&from=10:00&minutes=120&people=1`);
    await page.locator('.count', { hasText: '1 room is free' }).waitFor();
    is(await page.locator('.room-card h3').allInnerTexts(), ['Room h-4'], 'free');
    const later = await page.getByRole('region', { name: 'Free later or shorter' }).locator('button').allInnerTexts();
    is(later, ['Room h-2, 10:00–11:00', 'Room h-1, 11:00–13:00', 'Room h-2, 12:00–14:00'], 'later or shorter');
    const others = await page.getByRole('region', { name: 'Taken, or not for you' }).innerText();
    for (const why of [/Room h-1[^\n]*\n*.*taken until 11:00/, /Room h-2[^\n]*\n*.*taken until 12:00/, /Room h-3[^\n]*\n*.*you may not book it/]) like(others.replace(/\s+/g, ' '), why, 'why');
});

await step('what the rules of a room do not allow is said before one clicks', async () => {
    await open(page, `${QUESTION}&from=13:00&minutes=240`);
    await page.locator('.count', { hasText: '1 room is free' }).waitFor();
    like((await page.getByRole('region', { name: 'Taken, or not for you' }).innerText()).replace(/\s+/g, ' '), /Room h-1 .*only for shorter/, 'why');
});

await step('what is free a little later is booked at its time', async () => {
    await open(page, `${QUESTION}&from=10:00&minutes=60`);
    await page.getByRole('button', { name: 'Room h-1, 11:00–12:00' }).click();
    const dialog = page.getByRole('dialog');
    is(await dialog.getByLabel('From').inputValue(), '11:00', 'from');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await said(page, 'Room h-1 is yours');
    await page.getByRole('button', { name: 'Undo' }).click();
    await said(page, 'Taken back');
});

await step('a time that the clock leaves out is no question', async () => {
    await open(page, `?building=House&date=2030-03-31&from=03:30`);
    await page.getByRole('alert').getByText('clocks are put forward').waitFor();
});

// ---- the board

await step('a board of 200 rooms shows its first rows at once, and then all of them', async () => {
    await open(page, `board?building=&date=${DAY}`);
    await page.waitForFunction(() => document.querySelectorAll('.board tbody tr').length === 200);
    await page.locator('.board-filters select').selectOption('House');
    await page.waitForFunction(() => document.querySelectorAll('.board tbody tr').length === 4);
    // From what the server has said to the next frame in which it is seen.
    const took = await page.evaluate(async () => {
        const select = document.querySelector('.board-filters select');
        const rows = () => document.querySelectorAll('.board tbody tr').length;
        performance.clearResourceTimings();
        select.value = '';
        const seen = new Promise((go) => {
            const observer = new MutationObserver(() => { if (rows() > 4) { observer.disconnect(); requestAnimationFrame(() => setTimeout(() => go(performance.now()), 0)); } });
            observer.observe(document.body, { subtree: true, childList: true });
        });
        select.dispatchEvent(new Event('change', { bubbles: true }));
        const time = await seen;
        const [answer] = performance.getEntriesByType('resource').filter((one) => one.name.includes('/v1/availability'));
        return Math.round(time - answer.responseEnd);
    });
    await page.waitForFunction(() => document.querySelectorAll('.board tbody tr').length === 200);
    console.log(`# milliseconds from the answer to the frame that shows it, 200 rooms on the board: ${took}`);
});

await step('what somebody may not book is no button on the board, and says why', async () => {
    await open(page, `board${QUESTION}`);
    const cell = page.locator('.board tr', { hasText: 'Room h-3' }).locator('.untaken button').first();
    like(await cell.getAttribute('aria-label'), /Free .*you may not book it/, 'label');
    is(await cell.getAttribute('aria-disabled'), 'true', 'disabled');
});

// The free stretch of a room on the board that holds a time, and where in it that time is.
const stretchOf = (room, from) => page.locator('.board tr', { hasText: room }).getByRole('button', { name: new RegExp(`^Free ${from} to`) });
async function pointAt(button, hour) {
    await button.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await button.boundingBox();
    const [from, to] = await button.evaluate(({ dataset }) => [Number(dataset.from), Number(dataset.to)]);
    const first = Number((await button.getAttribute('aria-label')).match(/(\d\d):00/)[1]);
    return [x + (width * (hour - first) * 3600000) / (to - from), y + height / 2];
}
const times = (dialog) => Promise.all(['From', 'Until'].map((name) => dialog.getByLabel(name, { exact: true }).inputValue()));

await step('free time on the board is dragged over, and the form has just that', async () => {
    await open(page, `board?building=House&date=2030-05-16`);
    const free = stretchOf('Room h-1', '08:00');
    const [x, y] = await pointAt(free, 9.1);
    const [end] = await pointAt(free, 12.4);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(end, y, { steps: 4 });
    is(await page.locator('.chosen').innerText(), '09:00–12:30', 'chosen');
    await page.mouse.up();
    const dialog = page.getByRole('dialog');
    is(await times(dialog), ['09:00', '12:30'], 'times');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
});

await step('to the left, and beyond its end, a drag chooses no more than is free', async () => {
    const free = stretchOf('Room h-2', '08:00');
    const [x, y] = await pointAt(free, 9.9);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(3, y + 60, { steps: 4 });
    await page.mouse.up();
    is(await times(page.getByRole('dialog')), ['08:00', '10:00'], 'times');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
});

await step('a click that hardly moves is a click: it begins where one pointed, for an hour', async () => {
    const free = stretchOf('Room h-2', '08:00');
    const [x, y] = await pointAt(free, 14.6);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 2, y);
    await page.mouse.up();
    is(await times(page.getByRole('dialog')), ['14:30', '15:30'], 'times');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
});

await step('how long is chosen by Shift and the arrows, moved with Control besides, said aloud, and booked by Enter', async () => {
    const free = stretchOf('Room h-1', '08:00');
    await free.focus();
    for (const key of ['Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowLeft', 'Control+Shift+ArrowRight', 'Control+Shift+ArrowRight']) await page.keyboard.press(key);
    is(await page.locator('.chosen').innerText(), '09:00–10:30', 'chosen');
    await page.getByRole('status').getByText('09:00 to 10:30, 90 minutes').waitFor();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    is(await times(dialog), ['09:00', '10:30'], 'times');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await said(page, 'Room h-1 is yours');
    await page.getByRole('button', { name: 'Undo' }).click();
    await said(page, 'Taken back');
});

await step('Escape drops what was chosen, and the next Enter is an hour from the beginning', async () => {
    const free = stretchOf('Room h-2', '08:00');
    await free.focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.locator('.chosen').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.chosen').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    is(await times(page.getByRole('dialog')), ['08:00', '09:00'], 'times');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
});

await step('zoomed in, an hour is wider, quarters can be chosen, and the device keeps it', async () => {
    const wide = () => page.locator('.board-area').evaluate((one) => one.getBoundingClientRect().width);
    const before = await wide();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.reload();
    await page.locator('.board').waitFor();
    if (!(await wide() > before)) throw new Error(`${await wide()} pixels, before ${before}`);
    await stretchOf('Room h-4', '00:00').or(page.locator('.board tr', { hasText: 'Room h-4' }).locator('.free button')).first().focus();
    await page.keyboard.press('Shift+ArrowRight');
    like(await page.locator('.chosen').innerText(), /^(\d\d):00–\1:15$/, 'chosen');
    is(await page.getByRole('button', { name: 'Zoom in' }).getAttribute('aria-disabled'), 'true', 'the last step');
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.getByRole('button', { name: 'Zoom out' }).click();
    is(await wide(), before, 'zoomed out');
});

// ---- favourites

await step('a favourite comes first, on another device of the same person, too', async () => {
    await open(page, `?building=House&date=2030-05-16&from=10:00&minutes=60`);
    const names = (its) => its.locator('.room-card h3').allInnerTexts();
    is(await names(page), ['Room h-1', 'Room h-2', 'Room h-4'], 'the smallest first');
    await page.getByRole('button', { name: 'Favourite: Room h-4' }).click();
    await page.locator('.star[aria-pressed=true]').waitFor();
    is(await names(page), ['Room h-4', 'Room h-1', 'Room h-2'], 'the favourite first');
    const other = await person();
    await signIn(other.page, 'ann', `?building=House&date=2030-05-16&from=10:00&minutes=60`);
    await other.page.locator('.star[aria-pressed=true]').waitFor();
    is(await names(other.page), ['Room h-4', 'Room h-1', 'Room h-2'], 'on another device');
    // What the other device has marked meanwhile stays.
    await open(other.page, 'room?id=h-2');
    await other.page.getByRole('button', { name: 'Favourite: Room h-2' }).click();
    await other.page.locator('.star[aria-pressed=true]').waitFor();
    await page.getByRole('button', { name: 'Favourite: Room h-4' }).click();
    await page.getByRole('button', { name: 'Favourite: Room h-2', pressed: true }).waitFor();
    is((await must('GET', '/v1/me', { token: ann.token })).favourites, ['h-2'], 'favourites');
    is(other.faults, [], 'faults');
    await other.context.close();
});

// ---- a room

await step('a room shows its week, what is left of its quota, and when it is free next', async () => {
    await open(page, `room?id=h-1&date=${DAY}`);
    const tuesday = page.getByRole('region', { name: 'Tuesday 14 May' });
    is(await tuesday.locator('li').allInnerTexts(), ['08:00–10:00', '10:00–11:00 taken', '11:00–18:00'], 'stretches');
    await page.getByText('10 h left. At most 10 h a week.').waitFor();
    await page.locator('.next-free button', { hasText: '08:00–18:00' }).first().waitFor();
});

await step('free time in a room\'s week is booked by the keyboard alone, and stands there', async () => {
    await page.getByRole('button', { name: 'Free 11:00 to 18:00, Tuesday 14 May: book' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('What for').focus();
    await page.keyboard.type('By keys');
    await page.keyboard.press('Enter');
    await said(page, 'Room h-1 is yours');
    await page.getByRole('region', { name: 'Tuesday 14 May' }).getByText('11:00–12:00').waitFor();
});

await step('a slot that somebody takes between the look and the click is said, with what is free instead', async () => {
    await open(page, `room?id=h-2&date=${DAY}&view=day`);
    await page.getByRole('button', { name: 'Free 12:00 to 18:00' }).waitFor();
    await book(bob.token, 'h-2', '12:00', '13:00');
    await page.getByRole('button', { name: 'Free 12:00 to 18:00' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Taken 12:00–13:00').waitFor();
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await dialog.getByRole('alert').getByRole('button', { name: /^Room h-2, .*13:00–14:00/ }).click();
    await said(page, 'Room h-2 is yours');
});

await step('days of 23 and 25 hours have as many, by the room\'s clock, in a browser of another zone', async () => {
    const far = await person({ timezoneId: 'America/Toronto' });
    await signIn(far.page, 'ann', 'room?id=h-4&date=2030-03-31&view=day');
    for (const [date, from, to] of [['2030-03-31', '02:30', '04:30'], ['2030-10-27', '03:00', '05:00']]) {
        await must('POST', '/v1/bookings', { token: ann.token, body: { space: 'h-4', start: `${date}T${from}`, end: `${date}T${to}`, title: 'Night watch' } });
        await open(far.page, `room?id=h-4&date=${date}&view=day`);
        const watch = far.page.locator('.room-week li', { hasText: 'Night watch' });
        like(await watch.innerText(), new RegExp(`${from}–${to}`), `clock of ${date}`);
        // As high as it is long: one hour from 2:30 to 4:30, three from 3 to 5.
        is(await watch.evaluate((one) => one.style.flexGrow), { '2030-03-31': '4', '2030-10-27': '12' }[date], `quarters of ${date}`);
    }
    await far.page.getByText('All times are the room\'s').first().waitFor();
    is(far.faults, [], 'faults');
    await far.context.close();
});

// ---- mine

await step('a booking goes into a calendar', async () => {
    await open(page, 'mine');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Calendar file of Room h-1, 11:00–12:00' }).click()]);
    let text = '';
    for await (const piece of await download.createReadStream()) text += piece;
    like(text, /BEGIN:VCALENDAR[\s\S]*DTSTART;TZID=Europe\/Helsinki:20300514T110000[\s\S]*SUMMARY:By keys/, 'calendar');
    is(text.match(/BEGIN:VEVENT/g).length, 1, 'events');
});

// ---- what goes wrong

await step('a session that ends while one looks asks who one is, and goes on', async () => {
    await open(page, `board${QUESTION}`);
    await page.locator('.board td button').first().waitFor();
    const cookie = (await context.cookies()).find(({ name }) => /bookable/.test(name));
    await call('DELETE', '/v1/session', { token: cookie.value });
    await page.getByRole('button', { name: 'The day after' }).click();
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByLabel('Password').fill('open-sesame-of-a-test');
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    await page.locator('.board td button').first().waitFor();
});

await step('without a network each screen says so, and goes on when there is one', async () => {
    for (const [address, button] of [[`board${QUESTION}`, 'The day after'], [`room?id=h-1&date=${DAY}`, 'The week after']]) {
        await open(page, address);
        await settled(page);
        await context.setOffline(true);
        await page.getByRole('button', { name: button }).click();
        await page.getByText('The server cannot be reached.').first().waitFor();
        await context.setOffline(false);
        await page.getByRole('button', { name: 'Try again' }).first().click();
        await page.getByText('The server cannot be reached.').first().waitFor({ state: 'detached' });
    }
});

// ---- what people do besides

await step('who has gone on while an answer is awaited is not called away from what they type', async () => {
    await open(page, `${QUESTION}&from=10:00`);
    await page.locator('.count').waitFor();
    const focus = () => page.evaluate(() => document.activeElement.closest('label')?.innerText || document.activeElement.innerText);
    for (const [goOn, wanted] of [[() => page.getByLabel('People').focus(), 'People'], [() => page.getByLabel('From').pressSequentially('1'), 'From'], [() => {}, 'Book']]) {
        let answer;
        const isHeld = new Promise((held) => { page.route('**/v1/availability*', async (route) => { await new Promise((go) => { answer = go; held(); }); await route.continue(); }, { times: 1 }); });
        await page.getByLabel('From').fill(wanted === 'Book' ? '13:00' : '14:00');
        await page.keyboard.press('Enter');
        await isHeld;
        await goOn();
        answer();
        await page.locator('.room-card').first().waitFor();
        await settled(page);
        like(await focus(), new RegExp(`^${wanted}`), 'focus');
        await open(page, `${QUESTION}&from=10:00`);
        await page.locator('.count').waitFor();
    }
});

await step('how many people is emptied, and typed anew', async () => {
    const people = page.getByLabel('People');
    await people.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Backspace');
    is(await people.inputValue(), '', 'emptied');
    await page.keyboard.type('6');
    is(await people.inputValue(), '6', 'typed');
    await page.keyboard.press('Enter');
    await page.waitForURL(/people=6/);
});

await step('an address that names no day, no time, no number is read as if it did not', async () => {
    for (const odd of ['date=2030-02-31', 'date=9999-12-31', 'date=x', `date=${DAY}&from=99:99`, `date=${DAY}&from=10:00&minutes=-5`, `date=${DAY}&from=10:00&minutes=100000`, `date=${DAY}&from=10:00&people=x`]) {
        await open(page, `?building=House&${odd}`);
        await page.locator('.count').waitFor();
    }
    await open(page, `?building=House&date=${DAY}&from=10:00&minutes=77`);
    is(await page.getByLabel('How long').evaluate((one) => one.selectedOptions[0].text), '1 h 17 min', 'a length that is not offered');
    for (const [odd, drawn] of [['board?building=House&date=2030-02-31', '.board'], ['room?id=h-1&date=9999-99-99', '.room-week'], ['repeat?id=h-1&date=2030-13-01&from=25:00', 'form.panel']]) {
        await open(page, odd);
        await page.locator(drawn).waitFor();
        await settled(page);
        is(await page.locator('.notice.bad').allInnerTexts(), [], odd);
    }
});

await step('who is not held to the rules is told where they do not hold', async () => {
    const boss = await person();
    await signIn(boss.page, 'admin', `${QUESTION}&from=20:00`);
    const card = (name) => boss.page.locator('.room-card', { hasText: name });
    await card('Room h-1').getByText('outside its hours or rules').waitFor();
    is(await card('Room h-4').getByText('outside its hours').count(), 0, 'a room that is open');
    await boss.context.close();
});

await step('hours are whole hours of the room, where zones are half and quarter hours apart, and a click finds its half hour', async () => {
    await must('POST', '/v1/spaces', { ...as, body: { id: 'n-1', name: 'Stupa', building: 'Nepal', policy: 'hours', timeZone: 'Asia/Kathmandu' } });
    await open(page, `board?building=Nepal&date=${DAY}`);
    const free = page.locator('.board .free button');
    await free.waitFor();
    is((await page.locator('.board thead th').allInnerTexts()).slice(1, 3), ['08:00', '09:00'], 'hours');
    const { width } = await free.boundingBox();
    await free.click({ position: { x: width * 0.46, y: 10 } });
    is(await page.getByRole('dialog').getByLabel('From').inputValue(), '12:30', 'from');
    await page.keyboard.press('Escape');
});

await step('rooms in several zones stand on one board by one clock, which is named, and each is booked by its own', async () => {
    for (const [id, timeZone] of [['z-1', 'Europe/Helsinki'], ['z-2', 'Europe/London']]) await must('POST', '/v1/spaces', { ...as, body: { id, name: `Room ${id}`, building: 'Zones', policy: 'hours', timeZone } });
    await open(page, `board?building=Zones&date=${DAY}`);
    await page.getByText('The hours here are those of Europe/Helsinki.').waitFor();
    // 08:00 in London is 10:00 in Helsinki.
    await page.getByRole('button', { name: /^Free 10:00.*Room z-2/ }).press('Enter');
    is(await page.getByRole('dialog').getByLabel('From').inputValue(), '08:00', 'from');
    await page.keyboard.press('Escape');
    await open(page, `?building=Zones&date=${DAY}&from=10:00`);
    await page.getByText("All times are the room's: Europe/Helsinki and Europe/London.").waitFor();
});

await step('a zone by another of its names is no other zone', async () => {
    await must('POST', '/v1/spaces', { ...as, body: { id: 'i-1', name: 'Raga', building: 'India', policy: 'hours', timeZone: 'Asia/Kolkata' } });
    for (const [timeZoneId, shown] of [['Asia/Kolkata', 0], ['Asia/Kathmandu', 1]]) {
        const far = await person({ timezoneId: timeZoneId });
        await signIn(far.page, 'ann', `board?building=India&date=${DAY}`);
        await far.page.locator('.board .free button').waitFor();
        is(await far.page.getByText('All times are the room').count(), shown, timeZoneId);
        await far.context.close();
    }
});

await step('a year is typed digit by digit, and nothing is asked of years that are not meant', async () => {
    await open(page, `board${QUESTION}`);
    await page.locator('.board').waitFor();
    const asked = [];
    const note = (request) => { if (/availability/.test(request.url())) asked.push(new URL(request.url()).searchParams.get('from')); };
    page.on('request', note);
    await page.getByLabel('Date').focus();
    await page.keyboard.type('05162031');
    await page.waitForURL(/date=2031-05-16/);
    await settled(page);
    page.off('request', note);
    is(asked.filter((from) => from < '2030'), [], 'years');
    is(await page.getByLabel('Date').inputValue(), '2031-05-16', 'date');
});

await step('Back leaves a form with what it was about', async () => {
    await open(page, `${QUESTION}&from=10:00`);
    await page.locator('.count').waitFor();
    await page.getByLabel('From').fill('14:00');
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=14/);
    await page.getByRole('button', { name: 'Book Room h-4 with details' }).click();
    await page.getByRole('dialog').waitFor();
    await page.goBack();
    await page.waitForURL(/from=10:00/);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
});

await step('the browser asks before what was typed is lost, and not otherwise', async () => {
    const asked = [];
    const answer = (dialog) => { asked.push(dialog.type()); return dialog.accept(); };
    page.on('dialog', answer);
    const details = page.getByRole('button', { name: 'Book Room h-4 with details' });
    await details.click();
    await page.getByRole('dialog').waitFor();
    await page.reload();
    is(asked, [], 'nothing was typed');
    await details.click();
    await page.getByLabel('What for').pressSequentially('Choir');
    await page.reload();
    is(asked, ['beforeunload'], 'a title was typed');
    await details.click();
    await page.getByLabel('What for').pressSequentially('Choir');
    await page.keyboard.press('Escape');
    await page.reload();
    is(asked, ['beforeunload'], 'the form was closed');
    page.off('dialog', answer);
});

await step('a name that is written from right to left turns nothing around it', async () => {
    await must('POST', '/v1/spaces', { ...as, body: { id: 'r-1', name: 'חדר 101', building: 'Zion', policy: 'hours', timeZone: 'Asia/Jerusalem' } });
    await open(page, `?building=Zion&date=${DAY}&from=14:00`);
    await page.getByRole('button', { name: 'Book \u2068חדר 101\u2069', exact: true }).click();
    const toast = page.locator('.toast', { hasText: 'is yours' });
    like(await toast.innerText(), /^\u2068חדר 101\u2069 is yours: Tue/, 'message');
    const lines = await toast.locator('button').evaluateAll((all) => [...new Set(all.map((one) => { const { top, bottom } = one.getBoundingClientRect(); return Math.round((top + bottom) / 2); }))]);
    is(lines.length, 1, `lines of its buttons, at ${lines}`);
    await page.getByRole('button', { name: 'Undo' }).click();
    await said(page, 'Taken back');
});

await step('on a telephone the day says what its times are, and of a room that nothing is free', async () => {
    for (const id of ['f-1', 'f-2']) await must('POST', '/v1/spaces', { ...as, body: { id, name: `Room ${id}`, building: 'Full', policy: 'hours', timeZone: 'Europe/Helsinki' } });
    await book(admin.token, 'f-1', '08:00', '18:00');
    await page.setViewportSize({ width: 320, height: 640 });
    await open(page, `board?building=Full&date=${DAY}`);
    await page.getByText('These times are free.').waitFor();
    const below = (name) => page.locator('.board th', { hasText: name }).evaluate((one) => getComputedStyle(one, '::after').content);
    is([await below('Room f-1'), await below('Room f-2')], ['"nothing is free"', 'none'], 'what stands below the name');
    await page.setViewportSize({ width: 1280, height: 800 });
});

await step('a house of more rooms than one answer has says so, and what to do', async () => {
    for (const address of [`?building=&date=${DAY}&from=10:00`, `board?building=&date=${DAY}`]) {
        await open(page, address);
        await page.getByText('There are more rooms than are shown here: choose a building.').waitFor();
    }
});

await forEveryScreen(page, 'ann', [`${QUESTION}&from=10:00`, `board${QUESTION}`, `room?id=h-1&date=${DAY}`, `room?id=h-1&date=${DAY}&view=day`, 'mine']);

await step('while the database is stopped the page says so, and goes on when it is back', async () => {
    await open(page, `board${QUESTION}`);
    await settled(page);
    await withoutDatabase(page, 'booking', async () => {
        await page.getByRole('button', { name: 'The day after' }).click();
        await page.getByRole('alert').getByText(/out of reach|does not answer/).waitFor();
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.board td button').first().waitFor();
});

await step('nothing was written on the console', async () => is(faults, [], 'faults'));
await finish();
