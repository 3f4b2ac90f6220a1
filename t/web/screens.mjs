// What each screen asks the server for, and how much of it stands between somebody and the first frame that is of use.
import { SITE, finish, is, must, open, person, served, settled, signIn, signUp, step } from './harness.mjs';

const admin = await signUp('admin');
const as = { token: admin.token };
const NEW = { ...as, headers: { 'If-None-Match': '*' } };
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY = '2030-05-14';

await must('PUT', '/v1/policies/hours', { ...NEW, body: { name: 'Hours', hours: [{ days: DAYS, from: '08:00', to: '18:00' }], past: true, quota: [{ id: 'week', per: 'week', minutes: 600 }], book: ['group:staff'], request: ['everyone'] } });
await must('PUT', '/v1/groups/staff', { ...NEW, body: { name: 'Staff', members: [] } });
const ROOMS = Array.from({ length: 40 }, (none, i) => ({ id: `r-${i}`, name: `Room ${i}`, building: i % 2 ? 'House' : 'Tower', capacity: 4 + i, timeZone: 'Europe/Helsinki', policy: 'hours', features: ['screen'] }));
await must('POST', '/v1/spaces/batch', { ...as, body: { items: ROOMS } });
const ann = await signUp('ann');
const book = (token, space, from, to, title) => must('POST', '/v1/bookings', { token, body: { space, start: `${DAY}T${from}`, end: `${DAY}T${to}`, title } });
for (let i = 0; i < 6; i += 1) await book(admin.token, `r-${i}`, '10:00', '11:00', `Lecture ${i}`);
const { id } = await book(admin.token, 'r-1', '14:00', '15:00', 'Seminar');
await must('PATCH', `/v1/bookings/${id}`, { ...as, headers: { 'If-Match': '*' }, body: { title: 'Seminar, moved' } });
await book(ann.token, 'r-2', '14:00', '15:00', 'Choir');
await must('POST', '/v1/closures', { ...as, body: { spaces: ['r-3'], start: `${DAY}T12:00`, end: `${DAY}T18:00`, reason: 'Painting' } });

const boss = await person();
await signIn(boss.page, 'admin');
await boss.page.locator('.count').waitFor();

// ---- what a screen asks for

// Whoever is signed in is asked who they are when the page is loaded; besides:
const ASKS = [
    ['', '.count', ['availability']],
    [`board?date=${DAY}`, '.board', ['availability']],
    ['mine', '.booking', ['bookings']],
    ['rooms', '.list', ['spaces']],
    [`room?id=r-1&date=${DAY}`, '.room-week', ['availability', 'quotas', 'spaces/r-1']],
    [`repeat?id=r-1&date=${DAY}&from=14:30&to=15:30`, '.dates', ['series', 'spaces/r-1']],
    [`today?date=${DAY}`, '.list', ['bookings', 'closures', 'spaces']],
    [`today?date=${DAY}&view=doors`, '.door', ['bookings', 'closures', 'spaces']],
    ['requests', '.request', ['bookings']],
    [`calendar?date=${DAY}`, '.week', ['bookings', 'closures', 'spaces']],
    ['calendar?view=closures', '.list', ['closures', 'spaces']],
    ['policies', '.card', ['policies']],
    ['policy?id=hours', '.asides', ['policies/hours', 'policies/hours/effect', 'spaces']],
    ['people', '.list', ['users']],
    ['groups', '.list', ['groups']],
    ['log', '.list', ['events', 'spaces', 'users']],
    ['edit-room?id=r-1', 'form.panel', ['policies', 'spaces/r-1']],
    ['import-rooms', '.panel', []],
    ['account', '.columns', ['me/export']],
];

await step('each screen asks for what it shows, once', async () => {
    const asked = {};
    for (const [address, ready] of ASKS) {
        const before = served().length;
        await open(boss.page, address);
        await boss.page.locator(ready).first().waitFor();
        await settled(boss.page);
        await boss.page.waitForLoadState('networkidle');
        asked[address] = served().slice(before).filter((line) => / \/v1\//.test(line)).map((line) => line.split(/[ ?]/)[1].slice(4)).filter((path) => path !== 'session').sort();
    }
    is(asked, Object.fromEntries(ASKS.map(([address, , paths]) => [address, paths])), 'requests');
});

// ---- the first frame that is of use

// What a first visit on this device, of somebody who is signed in, has to wait for: nothing that the screen does not need.
// How long that takes is printed, and not judged, for a machine that runs tests has other work, too: on the clock, with a
// processor slowed four times; and as time of the processor that is not slowed, which other work changes little.
const FIRST = [
    ['find', `?date=${DAY}&from=10:00&minutes=60`, '.room-card', ['availability', 'lang', 'main', 'main', 'session'], 9],
    ['my bookings', 'mine', '.booking', ['bookings', 'lang', 'later', 'later', 'main', 'main', 'session']],
    ['board', `board?date=${DAY}`, '.board td button', ['availability', 'lang', 'main', 'main', 'session']],
    ['rooms', 'rooms', '.list tbody tr', ['lang', 'later', 'later', 'main', 'main', 'session', 'spaces'], 14],
];
const storageState = await boss.context.storageState();

const workOf = async (client) => (await client.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value * 1000;

async function firstFrame(address, useful, rate) {
    const { page, context, faults } = await person({ storageState });
    const client = await context.newCDPSession(page);
    await client.send('Emulation.setCPUThrottlingRate', { rate });
    await client.send('Performance.enable', { timeDomain: 'threadTicks' });
    // The page itself says when it is of use: to look for that from here is work of its own.
    await client.send('Runtime.enable');
    for (const name of ['isMade', 'isOfUse']) await client.send('Runtime.addBinding', { name });
    let made;
    const told = new Promise((go) => {
        client.on('Runtime.bindingCalled', ({ name, payload }) => {
            if (name === 'isMade') made = workOf(client);
            else go(JSON.parse(payload));
        });
    });
    const before = await workOf(client);
    await page.addInitScript((selector) => {
        const asked = [];
        const ask = globalThis.fetch;
        globalThis.fetch = (...rest) => {
            asked.push([new URL(rest[0], document.baseURI).href, document.getElementById('page').childElementCount > 0]);
            return ask(...rest);
        };
        globalThis.shifts = [];
        new PerformanceObserver((list) => {
            const moved = list.getEntries().flatMap((one) => one.sources.map(({ node }) => node?.parentElement)).filter((one) => one?.closest('.filters'));
            globalThis.shifts.push(...moved.map((one) => one.outerHTML.slice(0, 100)));
        }).observe({ type: 'layout-shift', buffered: true });
        let fields;
        const look = new MutationObserver(() => {
            if (document.querySelector('h1')) fields ??= document.querySelectorAll('input[type=date], input[type=time]').length;
            if (!document.querySelector(selector)) return;
            look.disconnect();
            // Of what came before it was drawn.
            const drawn = { count: document.querySelectorAll(selector).length, isWhole: document.documentElement.classList.contains('drawn'), fields };
            const files = performance.getEntriesByType('resource').map((one) => one.name);
            // The frame is made before a message that is sent while it begins comes, and then the page goes on; a person sees it when
            // the browser says that it has shown it.
            const after = new MessageChannel();
            let made = 0;
            let shown = 0;
            const tell = () => { if (made && shown) globalThis.isOfUse(JSON.stringify({ time: Math.round(Math.max(made, shown)), files, asked, drawn })); };
            after.port1.onmessage = () => { made = performance.now(); globalThis.isMade(''); tell(); };
            requestAnimationFrame(() => after.port2.postMessage(''));
            new PerformanceObserver((list) => { shown = list.getEntriesByName('first-contentful-paint')[0]?.startTime ?? shown; tell(); }).observe({ type: 'paint', buffered: true });
        });
        look.observe(document, { subtree: true, childList: true });
    }, useful);
    await page.goto(`${SITE}/${address}`);
    const { time, files, asked, drawn } = await told;
    const work = Math.round(await made - before);
    await page.waitForFunction(() => document.documentElement.classList.contains('drawn') && !document.querySelector('[class^=soon-]'));
    const shifts = await page.evaluate(() => globalThis.shifts);
    is(faults, [], 'faults');
    await context.close();
    return { time, work, files, asked, drawn, shifts };
}

const nameOf = (url) => new URL(url).pathname.replace(/^.*\/(?:a|v1)\//, '').replace(/-[^/]*$/, '');

// The last: how many of 40 are drawn at first, in a window of 800 px.
for (const [name, address, useful, wanted, seen] of FIRST) {
    await step(`of use at first: ${name} waits for what it shows, and for nothing else`, async () => {
        const { files, asked, work, drawn, shifts } = await firstFrame(address, useful, 1);
        const { time } = await firstFrame(address, useful, 4);
        console.log(`# milliseconds from the address to the first frame of use, ${name}: ${work} of the processor, ${time} on the clock with one slowed 4 times`);
        is(files.map(nameOf).filter((one) => one !== 'me').sort(), wanted, 'files');
        // The browser's fields for dates and times take long to make: they come into the place of what looks like them.
        is(drawn, { count: seen ?? drawn.count, isWhole: false, fields: 0 }, 'what is drawn at first');
        is(shifts, [], 'what moved after the first frame');
        // What was asked for when there was something to see was not asked for at once.
        is(asked.filter(([, isLate]) => isLate).map(([url]) => nameOf(url)), [], 'asked for after the first frame');
    });
}

// ---- dates and times

// All forms that the page has, of each month, weekday and hour.
const written = (page) => page.evaluate(() => {
    const { showDate, showDay, showMonthDay, showTime, showWeekday } = globalThis.bookable.kit;
    const two = (n) => String(n).padStart(2, '0');
    const walls = Array.from({ length: 72 }, (none, i) => `${2028 + (i % 5)}-${two(1 + (i % 12))}-${two(1 + ((i * 5) % 28))}T${two(i % 24)}:${two((i * 7) % 60)}`);
    return walls.map((wall) => [showDate, showDay, showMonthDay, showTime, showWeekday].map((show) => show(wall)).join(' | '));
});

await step('dates and times are written as Intl writes them, and without it once their forms are known', async () => {
    const unlearnt = { ...storageState, origins: storageState.origins.map((one) => ({ ...one, localStorage: one.localStorage.filter(({ name }) => name !== 'bookable-forms') })) };
    for (const locale of ['en-GB', 'en-US', 'de-AT']) {
        const { page, context, faults } = await person({ storageState: unlearnt, locale });
        await page.addInitScript(() => {
            globalThis.made = [];
            // The browser has time when this test says so.
            globalThis.idle = [];
            globalThis.requestIdleCallback = (work) => globalThis.idle.push(work);
            Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, { construct(target, values) { globalThis.made.push(values); return Reflect.construct(target, values); } });
        });
        await open(page, `board?date=${DAY}`);
        const byIntl = await written(page);
        await page.evaluate(() => globalThis.idle.forEach((work) => work()));
        await open(page, `board?date=${DAY}`);
        await page.locator('.board td button').first().waitFor();
        is(await written(page), byIntl, `in ${locale}`);
        is(await page.evaluate(() => globalThis.made), [], `made in ${locale}`);
        is(faults, [], 'faults');
        await context.close();
    }
});

// ---- the navigation

await step('all pages of who runs the house are in one line of 1200 px, in each language', async () => {
    for (const locale of ['en-GB', 'de-DE']) {
        const { page, context } = await person({ storageState, locale, width: 1200 });
        await page.goto(`${SITE}/import-rooms`);
        await page.locator('h1').waitFor();
        const lines = await page.locator('.navigation li, .who li').evaluateAll((all) => [...new Set(all.map((one) => { const { top, bottom } = one.getBoundingClientRect(); return Math.round((top + bottom) / 2); }))]);
        is(lines.length, 1, `lines in ${locale}, at ${lines}`);
        await context.close();
    }
});

await step('nothing was written on the console', async () => is(boss.faults, [], 'faults'));
await finish();
