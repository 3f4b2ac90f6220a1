// Pictures of each screen for docs/web: light and dark, of a desktop and of a telephone.
//
// make web-pictures, which has a server of its own with a house that is in use; they are looked at, not compared.
import { mkdirSync } from 'node:fs';
import { finish, must, open, person, signUp, signIn, settled } from './harness.mjs';

const FOLDER = process.env.PICTURES;
const ZONE = 'Europe/Helsinki';
mkdirSync(FOLDER, { recursive: true });

// ---- a house that is in use

const admin = await signUp('admin');
const as = { token: admin.token };
await must('PATCH', '/v1/me', { ...as, headers: { 'If-Match': '*' }, body: { displayName: 'Ann Keeper' } });
const boss = await person({ timezoneId: ZONE });
await signIn(boss.page, 'admin', 'rooms');
await boss.page.getByRole('button', { name: 'Make a sample building' }).click();
await boss.page.getByRole('link', { name: 'Group room 101', exact: true }).waitFor();

// The next weekday that is at least a week away.
function nextDay() {
    const date = new Date(Date.now() + 7 * 86400000);
    while ([0, 6].includes(date.getUTCDay())) date.setUTCDate(date.getUTCDate() + 1);
    return date.toISOString().slice(0, 10);
}
const DAY = nextDay();
const BOOKED = [
    ['sample-101', '09:00', '11:00', 'Statistics, group 2'], ['sample-101', '13:00', '14:30', 'Thesis circle'], ['sample-102', '10:00', '12:00', 'Chess club'],
    ['sample-103', '08:30', '10:00', 'Tutorial'], ['sample-103', '15:00', '18:00', 'Project week'], ['sample-104', '10:00', '13:00', 'Exam preparation'],
    ['sample-201', '09:00', '10:30', 'Budget'], ['sample-202', '13:00', '17:00', 'Interviews'], ['sample-203', '15:00', '16:00', 'Board meeting'], ['sample-002', '09:00', '17:00', 'Open day'],
];
for (const [space, from, to, title] of BOOKED) await must('POST', '/v1/bookings', { ...as, body: { space, start: `${DAY}T${from}`, end: `${DAY}T${to}`, title, people: 1 } });

// Somebody asks for a hall, and has been refused another; a room is painted.
const max = await signUp('max');
await must('PATCH', '/v1/me', { token: max.token, headers: { 'If-Match': '*' }, body: { displayName: 'Max Weber' } });
const wish = (space, from, to, title, people) => must('POST', '/v1/bookings', { token: max.token, body: { space, start: `${DAY}T${from}`, end: `${DAY}T${to}`, title, people } });
await wish('sample-001', '10:00', '12:00', 'Choir', 40);
await wish('sample-001', '18:00', '21:00', 'Film night', 55);
const refused = await wish('sample-001', '13:00', '15:00', 'Dance', 30);
await must('POST', `/v1/bookings/${refused.id}/rejection`, { ...as, body: { reason: 'The floor is being waxed' } });
await must('POST', '/v1/closures', { ...as, body: { spaces: ['sample-204'], start: `${DAY}T08:00`, end: `${DAY}T20:00`, reason: 'Painting', public: true } });

// ---- the pictures

const SCREENS = [
    ['find', `?date=${DAY}&from=10:00&minutes=60&people=4`, '.count'], ['day', `board?date=${DAY}`, '.board'], ['mine', 'mine', '.booking'], ['room', `room?id=sample-103&date=${DAY}`, '.room-week'],
    ['repeat', `repeat?id=sample-203&date=${DAY}&from=14:30&to=15:30&title=Seminar`, '.dates'],
    ['rooms', 'rooms', '.list'], ['edit-room', 'edit-room?id=sample-103', 'form.panel'], ['import-rooms', 'import-rooms', '.panel'], ['rules', 'policy?id=study-rooms', '.asides'],
    ['requests', 'requests', '.request'], ['today', `today?date=${DAY}`, '.list'], ['day-list', `today?date=${DAY}&view=list`, '.list'], ['doors', `today?date=${DAY}&view=doors`, '.door'],
    ['calendar', `calendar?date=${DAY}`, '.week'], ['closures', 'calendar?view=closures', '.list'], ['log', 'log', '.list'], ['people', 'people', '.list'], ['account', 'account', '.columns'],
];

async function book(page) {
    await open(page, `board?date=${DAY}`);
    await page.mouse.move(0, 0);
    await page.locator('.board .free button').nth(4).click();
    await page.getByLabel('What for').fill('Reading group');
    await page.getByLabel('From').fill('12:00');
    await page.locator('.dialog .notice').waitFor({ timeout: 2000 }).catch(() => {});
}

async function shoot(page, name, fullPage = true) {
    await page.mouse.move(0, 0);
    await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== 'running'));
    await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage, scale: 'css' });
    console.log(`# ${name}`);
}

// ONLY=today,log: these alone.
const ONLY = process.env.ONLY?.split(',');
const isWanted = (name) => !ONLY || ONLY.includes(name);

async function close(page) {
    await open(page, `calendar?date=${DAY}`);
    await page.getByRole('button', { name: 'Close Group room 101' }).click();
    await page.getByLabel('Why?').fill('Burst pipe');
    await page.locator('.in-the-way').waitFor();
}

// What is not a page: a form, opened on one.
const FORMS = [['book', book], ['close', close]];

for (const [kind, width, height] of [['desktop', 1200, 760], ['telephone', 320, 640]]) {
    for (const scheme of ['light', 'dark']) {
        await boss.page.setViewportSize({ width, height });
        await boss.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        for (const [name, at, ready] of SCREENS.filter(([one]) => isWanted(one))) {
            await open(boss.page, at);
            await boss.page.locator(ready).first().waitFor({ state: 'attached' });
            await settled(boss.page);
            await shoot(boss.page, `${name}-${kind}-${scheme}`);
        }
        for (const [name, fill] of FORMS) {
            if (kind !== 'desktop' || !isWanted(name)) continue;
            await fill(boss.page);
            await shoot(boss.page, `${name}-${kind}-${scheme}`, false);
        }
    }
}
await finish();
