// The page where a gateway stands in front of the services: one signs in, books, and signs out; no other path is a page.
import { SITE, call, finish, is, must, open, person, signIn, signUp, step } from './harness.mjs';

const admin = await signUp('admin');
await signUp('ann');
await must('POST', '/v1/spaces', { token: admin.token, body: { id: 'hall', name: 'Hall', building: 'Library', timeZone: 'UTC' } });
const { page, context, faults } = await person();

await step('a room is booked, seen among one\'s own, and one signs out', async () => {
    await signIn(page, 'ann');
    await open(page, 'room?id=hall');
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Date').fill('2030-05-14');
    await dialog.getByLabel('From').fill('10:00');
    await dialog.getByRole('button', { name: 'Book', exact: true }).click();
    await page.locator('.toast', { hasText: 'Hall is yours' }).waitFor();
    await open(page, 'mine');
    await page.locator('.booking', { hasText: 'Hall' }).waitFor();
    const cookie = (await context.cookies()).find(({ name }) => /bookable/.test(name));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Sign in to find and book a room.').waitFor();
    is((await call('GET', '/v1/session', { token: cookie.value })).status, 401, 'the session');
});

await step('the administrator\'s pages are there', async () => {
    await signIn(page, 'admin', 'log');
    await page.locator('tbody tr', { hasText: 'booked Hall' }).waitFor();
});

await step('a room is archived with what is booked there, which is another service\'s, and brought back', async () => {
    const booked = await must('POST', '/v1/bookings', { token: admin.token, body: { space: 'hall', start: '2030-06-14T10:00', minutes: 30 } });
    is((await call('POST', '/v1/spaces/hall/archive', { token: admin.token, body: {} })).status, 409, 'archived without a word of what is booked');
    await must('POST', '/v1/spaces/hall/archive', { token: admin.token, body: { bookings: 'cancel', reason: 'Sold' } });
    const was = await must('GET', `/v1/bookings/${booked.id}`, { token: admin.token });
    is(`${was.state} ${was.reason}`, 'cancelled Sold', 'what was booked');
    await must('DELETE', '/v1/spaces/hall/archive', { token: admin.token });
    // An instance that has read the room while it was archived knows that for a moment yet.
    let answer;
    for (let turn = 0; turn < 600 && answer?.status !== 201; turn += 1) {
        answer = await call('POST', '/v1/bookings', { token: admin.token, body: { space: 'hall', start: '2030-06-14T10:00', minutes: 30 } });
        if (answer.status !== 201) await new Promise((go) => { setTimeout(go, 50); });
    }
    is(answer.status, 201, `a booking after it was brought back: ${JSON.stringify(answer.body)}`);
});

await step('what is neither the page\'s nor a service\'s is not found', async () => {
    const base = new URL(SITE).pathname.replace(/\/$/, '');
    for (const path of ['/nothing', `${base}/nothing`, `${base}/a/main-0000000000.js`, '/v1/nothing']) is((await call('GET', path)).status, 404, path);
    is((await call('GET', `${base}/mine`)).headers.get('Cache-Control'), 'no-cache', 'Cache-Control');
});

await step('nothing was written on the console', async () => is(faults, [], 'faults'));
await finish();
