// The pages that a house is run from: rooms, rules, people, groups.
import {
    PASSWORD, call, finish, forEveryScreen, is, like, missingTexts, must, open, person, said as saidOn, served, settled, signIn, signUp, step, sticksOut, violations,
    withoutDatabase,
} from './harness.mjs';

const XSS = '"><img src=x onerror=alert(1)>';
const admin = await signUp('admin');
const ann = await signUp('ann');
const { page, context, faults } = await person();
await signIn(page, 'admin');

const save = () => page.getByRole('button', { name: 'Save' }).click();
const said = (text) => saidOn(page, text);

// ---- rules

await step('rules are written, and read in words beside it while they are typed', async () => {
    await open(page, 'policy?new=1');
    await page.getByLabel('Name', { exact: true }).fill('Study rooms');
    await page.getByLabel('Short name').fill('study');
    await page.getByLabel('At most').fill('120');
    await page.getByRole('region', { name: 'In words' }).getByText('30 min to 2 h at a time, in steps of 30 min').waitFor();
    await page.getByRole('button', { name: 'Take everyone out' }).first().click();
    await page.getByLabel('Book at once').fill('group:students user:42');
    await page.getByRole('region', { name: 'In words' }).getByText('Booked at once by: students and person 42').waitFor();
    await page.getByLabel('Book at once').fill('every');
    await page.getByRole('option', { name: 'everyone' }).click();
    await save();
    await said('Study rooms: saved');
    const { hours, length, horizon } = await must('GET', '/v1/policies/study', { token: admin.token });
    is([hours, length, horizon], [[{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' }], { min: 30, max: 120, step: 30 }, { days: 14 }], 'policy');
});

await step('a wrong rule is said at its field, which has the focus, and what was typed is there', async () => {
    await open(page, 'policy?id=study');
    await page.getByLabel('At most').fill('10');
    await save();
    const field = page.getByLabel('At most');
    await page.locator('.fault, .form-problem').first().waitFor();
    is(await field.inputValue(), '10', 'what was typed');
});

await step('what the form does not show is not lost when it is saved', async () => {
    await must('PUT', '/v1/policies/quota', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { name: 'Q', quota: [{ id: 'week', per: 'week', minutes: 600 }], terms: { url: '/terms', version: '1' } } });
    await open(page, 'policy?id=quota');
    await page.getByText('At most 10 h a week').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Quota');
    await save();
    await said('Quota: saved');
    const { name, quota, terms, hours } = await must('GET', '/v1/policies/quota', { token: admin.token });
    is([name, quota, terms, hours ?? null], ['Quota', [{ id: 'week', per: 'week', minutes: 600 }], { url: '/terms', version: '1' }, null], 'policy');
});

// Each member has a value of its own, so that none can stand for another.
const WHOLE = {
    name: 'Whole', timeZone: 'Europe/Paris', hours: [{ days: ['mon', 'sun'], from: '07:00', to: '21:30' }], length: { min: 15, max: 600, step: 15 }, start: { step: 20, anchor: '00:10' },
    setup: 5, teardown: 7, horizon: { days: 30, opensAt: '08:30' }, lead: 11, cancelUntil: 12, changeUntil: 13, past: true, series: { by: ['user:3'], max: 5, weeks: 9 },
    book: ['user:4'], request: ['user:5'], approvers: ['user:6'], pendingExpires: 48, override: ['user:7'], onBehalf: ['user:8'], managersObey: true, people: { min: 2, enforceCapacity: true },
    see: ['user:9', 'everyone'], privacy: { others: 'title', 'user:10': 'owner', 'user:11': 'title', 'user:12': 'full' }, terms: { url: '/terms', version: '2' },
};
const sorted = (one) => (one && typeof one === 'object' && !Array.isArray(one) ? Object.fromEntries(Object.keys(one).sort().map((name) => [name, sorted(one[name])])) : one);
const isWhole = async () => {
    const { id, version, ...policy } = await must('GET', '/v1/policies/whole', { token: admin.token });
    is(sorted(policy), sorted(WHOLE), 'policy');
};

await step('each field of rules is the one that its name says', async () => {
    await open(page, 'policy?new=1');
    for (const [label, value] of Object.entries({ Name: WHOLE.name, 'Short name': 'whole' })) await page.getByLabel(label, { exact: true }).fill(value);
    for (const day of ['Tue', 'Wed', 'Thu', 'Fri', 'Sun']) await page.getByRole('checkbox', { name: day }).setChecked(day === 'Sun');
    await page.getByLabel('Hours 1 from').fill('07:00');
    await page.getByLabel('Hours 1 to').fill('21:30');
    for (const name of ['Who sees what', 'Questions and terms of use']) await page.getByText(name, { exact: true }).click();
    const fields = {
        'Time zone': WHOLE.timeZone, 'At least': 15, 'At most': 600, 'In steps of': 15, 'Begins every': 20, 'Counted from': '00:10', 'Before, to set up': 5, 'After, to tidy': 7, 'Days ahead': 30,
        'New day opens at': '08:30', 'Booked at the latest': 11, 'Cancelled at the latest': 12, 'Moved at the latest': 13, 'Request ends after': 48, 'People, at least': 2,
        'Address of the terms of use': '/terms', 'Their version': '2',
    };
    for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).first().fill(String(value));
    await page.getByRole('button', { name: 'Take everyone out' }).first().click();
    const who = { 'Repeat bookings': 3, 'Book at once': 4, 'Request it': 5, 'Who decides': 6, 'Not held to the rules': 7, 'Book for others': 8, 'See who has booked, too': 10, 'See what for, too': 11, 'See all of it': 12 };
    for (const [label, id] of Object.entries(who)) {
        await page.getByRole('combobox', { name: label }).fill(`user:${id}`);
        await page.keyboard.press('Escape');
        await page.keyboard.press('Enter');
        await page.locator('.field', { hasText: label }).locator('.chip').first().waitFor();
    }
    for (const [label, value] of [['Most dates', 5], ['Most weeks', 9]]) await page.getByLabel(label).fill(String(value));
    await page.getByRole('button', { name: 'Take everyone out' }).click();
    await page.getByRole('combobox', { name: 'See the room' }).fill('user:9 everyone');
    await page.getByLabel('What everyone sees of a booking').selectOption('title');
    for (const label of ['What has begun can be booked', 'Administrators and the room']) await page.getByLabel(label).check();
    await save();
    await said('Whole: saved');
    await isWhole();
});

await step('whatever rules have is in their form, and stays when something else is saved', async () => {
    await must('PUT', '/v1/policies/whole', { token: admin.token, headers: { 'If-Match': '*' }, body: { ...WHOLE, name: 'Before' } });
    await open(page, 'policy?id=whole');
    await page.getByLabel('Name', { exact: true }).fill(WHOLE.name);
    await save();
    await said('Whole: saved');
    await isWhole();
});

const changedBy = (body, id = 'quota') => must('PUT', `/v1/policies/${id}`, { token: admin.token, headers: { 'If-Match': '*' }, body });
const sentences = () => page.getByRole('alert').locator('li').allInnerTexts();

await step('what somebody else has changed of rules is said in the words of the form, and both changes are kept', async () => {
    await open(page, 'policy?id=quota');
    await page.getByLabel('Name', { exact: true }).fill('Mine');
    await page.getByLabel('At most').fill('60');
    await changedBy({
        name: 'Theirs', hours: [{ days: ['mon', 'tue'], from: '08:00', to: '24:00' }], length: { max: 60 }, horizon: { days: 7 }, people: { enforceCapacity: true },
        exceptions: [{ from: '2030-12-24', to: '2030-12-26', hours: [] }], book: ['group:staff', `user:${ann.id}`], cancelUntil: 30,
        quota: [{ id: 'q', per: 'future', count: 3, over: 'all' }], series: { by: ['group:staff'], max: 5 }, privacy: { others: 'owner' },
        fields: [{ key: 'purpose', label: 'Purpose', type: 'choice', choices: ['Course', 'Exam'], required: true }],
    });
    await save();
    await page.getByRole('alert').getByText('ann').waitFor();
    is(await sentences(), [
        'Name: was “Quota”, is now “Theirs”. You have “Mine”.', 'Open: was day and night, is now Mon, Tue 08:00–midnight.',
        'Days that are different: was empty, is now Tue, 24 Dec 2030 – Thu, 26 Dec 2030: closed.', 'At most: was empty, is now 1 h. You have the same.',
        'Days ahead: was empty, is now 7.', 'Cancelled at the latest (minutes before): was empty, is now 30.',
        'How much one person may book: was At most 10 h a week, is now At most 3 bookings ahead, in all rooms together.', 'Repeat bookings: was empty, is now staff.', 'Most dates: was empty, is now 5.', 'Book at once: was everyone, is now staff and ann.',
        'Not more people than seats: was no, is now yes.', 'What everyone sees of a booking: was only that the room is taken, is now who has booked.',
        'Questions and terms of use: was empty, is now Purpose [Course / Exam].', 'Address of the terms of use: was “/terms”, is now empty.', 'Their version: was “1”, is now empty.',
    ], 'what was changed');
    is(await violations(page), [], 'violations');
    is(await page.getByLabel('Name', { exact: true }).inputValue(), 'Mine', 'what was typed');
    await page.getByRole('button', { name: 'Save mine' }).click();
    await said('Mine: saved');
    const { name, horizon, cancelUntil, book } = await must('GET', '/v1/policies/quota', { token: admin.token });
    is([name, horizon, cancelUntil, book], ['Mine', { days: 7 }, 30, ['group:staff', `user:${ann.id}`]], 'policy');
});

await step('what is typed into rules stays when they are read anew, and theirs is taken if one says so', async () => {
    await open(page, 'policy?id=quota');
    await page.getByLabel('Days ahead').fill('21');
    await changedBy({ name: 'Changed twice' });
    const before = served().length;
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByRole('heading', { name: 'Rules: Changed twice' }).waitFor();
    is([served().slice(before).some((line) => line.includes('policies/quota')), await page.getByLabel('Days ahead').inputValue()], [true, '21'], 'read anew, and what was typed');
    await save();
    await page.getByRole('button', { name: 'Take theirs' }).click();
    await page.waitForFunction(() => [...document.querySelectorAll('input')].some((one) => one.value === 'Changed twice'));
    is(await page.getByLabel('Days ahead').inputValue(), '', 'days ahead');
});

// ---- how much, how far, who sees what

const inWords = (text) => page.getByRole('region', { name: 'In words' }).getByText(text, { exact: true }).waitFor();
const limit = (n) => page.getByRole('group', { name: `Limit ${n}`, exact: true });
const day = new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 10);
const ofAnn = (from, to, more = {}) => ({ token: ann.token, body: { space: 'm-1', start: `${day}T${from}`, end: `${day}T${to}`, ...more } });

await step('how much one person may book is set in rows, and a member who books more is refused by it', async () => {
    await must('PUT', '/v1/policies/much', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { name: 'Much', hours: [], holdMinutes: 7 } });
    await must('POST', '/v1/spaces', { token: admin.token, body: { id: 'm-1', name: 'Limited', building: 'Town', timeZone: 'Europe/Helsinki', policy: 'much' } });
    await open(page, 'policy?id=much');
    await page.getByRole('region', { name: 'Rooms with these rules' }).getByRole('link', { name: 'Limited' }).waitFor();
    await page.getByLabel('Open', { exact: true }).selectOption('always');
    await page.getByRole('button', { name: 'Add a limit' }).click();
    await limit(1).getByLabel('Hours').fill('1.5');
    await limit(1).getByLabel('Bookings').fill('3');
    await limit(1).getByLabel('Within').selectOption('day');
    await inWords('At most 1 h 30 min and 3 bookings a day');
    for (const n of [2, 3]) await page.getByRole('button', { name: 'Add a limit' }).click();
    await limit(2).getByLabel('Hours').fill('');
    await limit(2).getByLabel('Bookings').fill('4');
    await limit(2).getByLabel('Counted in').selectOption('building');
    await inWords('At most 4 bookings a week, in all rooms of the building together');
    await page.getByRole('button', { name: 'Remove limit 3' }).click();
    await save();
    await said('Much: saved');
    const { quota, holdMinutes, hours } = await must('GET', '/v1/policies/much', { token: admin.token });
    is(quota.map(({ id, per, count, minutes, over }) => [id, per, count, minutes, over]), [['day', 'day', 3, 90, undefined], ['week', 'week', 4, undefined, 'building']], 'quotas');
    is([holdMinutes, hours], [7, undefined], 'what is not in the form, and hours');
    await must('POST', '/v1/bookings', ofAnn('10:00', '11:00'));
    const member = await person();
    await signIn(member.page, 'ann', `room?id=m-1&date=${day}`);
    await member.page.getByText('1 h 30 min left. At most 1 h 30 min a day.').waitFor();
    await member.page.getByRole('button', { name: 'Book', exact: true }).click();
    const dialog = member.page.getByRole('dialog');
    await dialog.getByLabel('Date').fill(day);
    await dialog.getByLabel('From').fill('12:00');
    await dialog.getByLabel('Until').fill('13:00');
    await dialog.getByText('That is more than one person may book by these rules.').waitFor();
    is([member.faults, (await call('POST', '/v1/bookings', ofAnn('12:00', '13:00'))).body.quota], [[], 'day'], 'faults; the quota that refuses');
    await member.context.close();
});

await step('a limit without an amount is refused at its field, and other periods are other limits', async () => {
    await open(page, 'policy?id=much');
    await limit(2).getByLabel('Bookings').fill('');
    await save();
    await limit(2).locator('.fault').waitFor();
    is(await page.evaluate(() => document.activeElement.labels?.[0]?.innerText), 'Bookings', 'focus');
    await limit(2).getByLabel('Hours').fill('20');
    await limit(2).getByLabel('Within').selectOption('day');
    await save();
    await said('Much: saved');
    const { quota } = await must('GET', '/v1/policies/much', { token: admin.token });
    is(quota.map(({ id, per, minutes }) => [id, per, minutes]), [['day', 'day', 90], ['day-2', 'day', 1200]], 'quotas');
});

await step('who repeats bookings, moves them, books for others and sees them, what is asked and which terms hold: all is set and obeyed', async () => {
    await open(page, 'policy?id=much');
    await page.getByLabel('Moved at the latest').fill('60');
    await page.getByLabel('Repeat bookings').fill('everyone');
    await page.getByLabel('Book for others').fill('group:staff');
    await page.getByLabel('Most dates').fill('2');
    await page.getByLabel('Administrators and the room').check();
    await page.getByText('Who sees what').click();
    await page.getByLabel('What everyone sees of a booking').selectOption('owner');
    await page.getByLabel('See all of it').fill(`user:${ann.id}`);
    // What is suggested lies over what follows until it is put away.
    await page.keyboard.press('Enter');
    await page.getByText('Questions and terms of use').click();
    await page.getByRole('button', { name: 'Add a question' }).click();
    await page.getByLabel('What is asked').fill('Für den Zweck?');
    await page.getByLabel('Answers to choose from').fill('Course\n\n Exam ');
    await page.getByLabel('Has to be answered').check();
    await page.getByLabel('Their version').fill('2030-01');
    for (const text of ['Can be moved up to 1 h before it begins', 'Repeated by: everyone, at most 2 dates', 'May book for others: staff', 'Who has booked is seen by: everyone',
        'All of a booking is seen by: ann', 'Who books is asked for: Für den Zweck?', 'The terms of use have to be accepted (version 2030-01)']) await inWords(text);
    // A fault in what was folded again unfolds it, and has the focus.
    await page.getByText('Questions and terms of use').click();
    await save();
    await page.locator('.fault').waitFor();
    is(await page.evaluate(() => document.activeElement.labels?.[0]?.innerText), 'Address of the terms of use', 'focus');
    is(faults.splice(0), ['Failed to load resource: the server responded with a status of 400 (Bad Request)'], 'what the browser says of the refusal');
    await page.getByLabel('Address of the terms of use').fill('/terms');
    await save();
    await said('Much: saved');
    const { changeUntil, series, onBehalf, managersObey, privacy, fields, terms } = await must('GET', '/v1/policies/much', { token: admin.token });
    is([changeUntil, series.by, series.max, onBehalf, managersObey, privacy.others, privacy[`user:${ann.id}`], terms.url, terms.version],
        [60, ['everyone'], 2, ['group:staff'], true, 'owner', 'full', '/terms', '2030-01'], 'policy');
    is(fields.map(({ key, label, type, choices, required }) => [key, label, type, choices, required]), [['fur-den-zweck', 'Für den Zweck?', 'choice', ['Course', 'Exam'], true]], 'fields');
    const broken = async (path, body) => (await call('POST', path, { token: ann.token, body })).body.violations.map(({ rule }) => rule);
    is(await broken('/v1/bookings', ofAnn('12:00', '12:15').body), ['field-required', 'terms-not-accepted'], 'rules that a booking breaks');
    const answers = { attributes: { 'fur-den-zweck': 'Exam' }, acceptTerms: '2030-01' };
    const { id } = await must('POST', '/v1/bookings', ofAnn('12:00', '12:15', answers));
    await must('POST', `/v1/bookings/${id}/cancellation`, { token: ann.token, body: {} });
    is(await broken('/v1/series', { space: 'm-1', start: `${day}T14:00`, minutes: 15, rule: { freq: 'daily', count: 3 }, ...answers }), ['series-not-allowed'], 'rules that a series breaks');
});

await step('what rules open on a day is shown, on the days on which clocks change too', async () => {
    await must('PUT', '/v1/policies/night', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { name: 'Night', timeZone: 'Europe/Helsinki', hours: [{ days: ['sun'], from: '02:00', to: '05:00' }] } });
    const far = await person({ timezoneId: 'America/Toronto' });
    await signIn(far.page, 'admin', 'policy?id=night');
    const effect = far.page.getByRole('region', { name: 'What it opens' });
    for (const [date, hours] of [['2030-03-31', '02:00–05:00'], ['2030-10-27', '02:00–05:00'], ['2030-04-01', 'closed']]) {
        await effect.getByLabel('Day').fill(date);
        await effect.locator('p', { hasText: hours }).waitFor();
    }
    is(far.faults, [], 'faults');
    await far.context.close();
});

// ---- rooms

await step('a room is made; a fault stands at its field', async () => {
    await open(page, 'edit-room');
    await page.getByRole('button', { name: 'Add the room' }).click();
    await page.locator('.fault').first().waitFor();
    is(await page.evaluate(() => document.activeElement.labels?.[0]?.innerText), 'Name', 'focus');
    await page.getByLabel('Name', { exact: true }).fill(`Room ${XSS}`);
    await page.getByLabel('Short name').fill('r-1');
    await page.getByLabel('Building').fill('Library');
    await page.getByLabel('Seats').fill('6');
    await page.getByLabel('Has').fill('screen, step-free');
    await page.getByLabel('Rules').selectOption('study');
    await page.getByRole('button', { name: 'Add the room' }).click();
    await page.getByRole('heading', { name: `Room ${XSS}` }).waitFor();
    const { capacity, features, policy } = await must('GET', '/v1/spaces/r-1', { token: admin.token });
    is([capacity, features, policy], [6, ['screen', 'step-free'], 'study'], 'room');
    is(await page.locator('img[src=x]').count(), 0, 'images of a name');
});

await step('a double click makes one room', async () => {
    await open(page, 'edit-room');
    await page.getByLabel('Name', { exact: true }).fill('Twice');
    await page.getByLabel('Building').fill('Annex');
    await page.getByLabel('Number').fill('1');
    await page.getByRole('button', { name: 'Add the room' }).dblclick();
    await page.getByRole('heading', { name: 'Twice' }).waitFor();
    is((await must('GET', '/v1/spaces?building=Annex', { token: admin.token })).items.length, 1, 'rooms');
});

await step('what somebody else has changed of a room is said, and theirs is taken', async () => {
    await open(page, 'edit-room?id=r-1');
    await page.getByLabel('Seats').fill('7');
    await must('PATCH', '/v1/spaces/r-1', { token: admin.token, headers: { 'If-Match': '*' }, body: { capacity: 8 } });
    await save();
    await page.getByRole('alert').locator('li').waitFor();
    is(await sentences(), ['Seats: was 6, is now 8. You have 7.'], 'what was changed');
    await page.getByRole('button', { name: 'Take theirs' }).click();
    await page.waitForFunction(() => [...document.querySelectorAll('input[type=number]')].some((one) => one.value === '8'));
    await page.getByLabel('Seats').fill('9');
    await save();
    await page.getByRole('heading', { level: 1, name: 'Room "' }).waitFor();
    is((await must('GET', '/v1/spaces/r-1', { token: admin.token })).capacity, 9, 'seats');
});

await step('a room is archived with a reason, which its page says, and brought back', async () => {
    await open(page, 'edit-room?id=r-1');
    await page.getByRole('button', { name: 'Archive' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why?').fill('Burst pipe');
    const booked = await must('POST', '/v1/bookings', { token: admin.token, body: { space: 'r-1', start: '2031-03-04T10:00', minutes: 30, title: 'Choir' } });
    await dialog.getByRole('button', { name: 'Archive' }).click();
    await dialog.getByText('There are bookings ahead.').waitFor();
    like(await dialog.locator('.in-the-way').innerText(), /Choir/, 'what lies ahead');
    await dialog.getByLabel('Bookings ahead').selectOption('cancel');
    await dialog.getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('button', { name: 'Bring it back' }).waitFor();
    const was = await must('GET', `/v1/bookings/${booked.id}`, { token: admin.token });
    is(`${was.state} ${was.reason}`, 'cancelled Burst pipe', 'what lay ahead');
    await open(page, 'room?id=r-1');
    await page.getByText('Burst pipe').waitFor();
    await open(page, 'edit-room?id=r-1');
    await page.getByRole('button', { name: 'Bring it back' }).click();
    await page.getByRole('button', { name: 'Archive' }).waitFor();
    is((await must('GET', '/v1/spaces/r-1', { token: admin.token })).state, 'active', 'state');
});

await step('rooms come from a table, each by itself: what is refused says why', async () => {
    await open(page, 'import-rooms');
    await page.getByLabel('Or paste it').fill('id;name;building;capacity;features\nt-1;"Hall; great";Town;200;stage step-free\nt-2;;Town;10;\nt-3;Cellar;Town;-1;');
    await page.getByRole('button', { name: 'Make 3 rooms' }).click();
    await page.getByText('1 room made', { exact: true }).first().waitFor();
    is((await must('GET', '/v1/spaces/t-1', { token: admin.token })).name, 'Hall; great', 'name');
    like(await page.locator('tbody tr').nth(2).innerText(), /capacity/, 'why');
});

await step('rooms go into a table, in which nothing is a formula', async () => {
    await must('POST', '/v1/spaces', { token: admin.token, body: { id: 'formula', name: '=1+1', building: 'Town' } });
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download rooms.csv' }).click()]);
    let text = '';
    for await (const piece of await download.createReadStream()) text += piece;
    like(text, /formula,'=1\+1,Town/, 'formula');
    like(text, /t-1,"Hall; great",Town/, 'quotes');
});

await step('rooms are found by words, building, seats and features, and the address keeps the question', async () => {
    await open(page, 'rooms');
    await page.getByRole('searchbox').fill('hall');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    like(page.url(), /q=hall/, 'address');
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    await page.getByRole('searchbox').fill('nothing like that');
    await page.getByRole('heading', { name: 'No room like that' }).waitFor();
});

await step('a manager edits the room, but not its rules', async () => {
    await must('PATCH', '/v1/spaces/r-1', { token: admin.token, headers: { 'If-Match': '*' }, body: { managers: [`user:${ann.id}`] } });
    const manager = await person();
    await signIn(manager.page, 'ann', 'room?id=r-1');
    await manager.page.getByRole('link', { name: 'Edit' }).click();
    await manager.page.getByLabel('Description').fill('Quiet');
    is(await manager.page.getByLabel('Rules').count(), 0, 'field of rules');
    await manager.page.getByRole('button', { name: 'Save' }).click();
    await manager.page.getByText('Quiet').waitFor();
    is(manager.faults, [], 'faults');
    await manager.context.close();
});

await step('rules that a room has are not deleted, and the page says why', async () => {
    await open(page, 'policy?id=study');
    await page.getByRole('heading', { name: 'Rules: Study rooms' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText('Something still uses it.').waitFor();
    await page.keyboard.press('Escape');
    is(await page.evaluate(() => document.activeElement.innerText), 'Delete', 'the focus is back at the button');
});

// ---- people and groups, where they are asked for

const option = (name) => page.getByRole('option', { name });
const KEYS = (keys) => keys.reduce((before, one) => before.then(() => page.keyboard.press(one)), Promise.resolve());

await step('who may book is chosen by the keyboard alone: people and groups, by a part of their names', async () => {
    await must('PUT', '/v1/groups/library-desk', { token: admin.token, headers: { 'If-None-Match': '*' }, body: { description: 'Who sits there', members: [] } });
    await open(page, 'policy?id=study');
    await page.getByLabel('Book at once').focus();
    await page.keyboard.press('Backspace');
    await page.getByRole('region', { name: 'In words' }).getByText('Nobody books it at once').waitFor();
    await page.keyboard.type('a');
    for (const name of ['admin', 'ann']) await option(name).waitFor();
    const marked = () => page.evaluate(() => document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).innerText.trim());
    const [above, below] = [await marked(), await KEYS(['ArrowDown']).then(marked)];
    is([above, below].sort(), ['admin', 'ann'], 'marked by the keys');
    is(await KEYS(['ArrowUp']).then(marked), above, 'marked by the key back');
    await KEYS(['Backspace']);
    await page.keyboard.type('AN');
    await option('admin').waitFor({ state: 'detached' });
    await option('ann').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('des');
    await option('library-desk').waitFor();
    // What the suggestions lie over is no target until they are put away.
    is((await violations(page)).filter((one) => !one.startsWith('target-size')), [], 'violations');
    await KEYS(['Escape']);
    is(await page.locator('.suggestions').count(), 0, 'lists after Escape');
    await KEYS(['ArrowDown', 'Enter']);
    await page.getByRole('region', { name: 'In words' }).getByText('Booked at once by: ann and library-desk').waitFor();
    is(await page.locator('.suggestions').count(), 0, 'lists that are left');
    await page.keyboard.press('Enter');
    await said('Study rooms: saved');
    is((await must('GET', '/v1/policies/study', { token: admin.token })).book, [`user:${ann.id}`, 'group:library-desk'], 'who may book');
});

await step('suggestions fit into 320 px, those who are chosen are not offered again, and what nobody is called is said', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(page, 'policy?id=study');
    const field = page.getByRole('combobox', { name: 'Book at once' });
    await field.fill('a');
    await option('admin').waitFor();
    is([await option('ann').count(), await sticksOut(page)], [0, []], 'offered again; sticks out');
    await field.fill('nobody-like-that');
    await page.getByText('Nobody found by that name.').waitFor();
    await save();
    await page.locator('.fault').first().waitFor();
    is(await field.inputValue(), 'nobody-like-that', 'what was typed');
    await page.setViewportSize({ width: 1280, height: 800 });
});

await step('who manages a room is chosen by a click, and taken out by one', async () => {
    await open(page, 'edit-room?id=r-1');
    await page.getByRole('button', { name: 'Take ann out' }).click();
    is(await page.evaluate(() => document.activeElement.labels?.[0]?.innerText), 'Managers (optional)', 'focus');
    await page.getByLabel('Managers').fill('libr');
    await option('library-desk').click();
    await page.getByLabel('Managers').fill('ann');
    await option('ann').click();
    await save();
    await page.getByRole('heading', { level: 1, name: 'Room "' }).waitFor();
    is((await must('GET', '/v1/spaces/r-1', { token: admin.token })).managers, ['group:library-desk', `user:${ann.id}`], 'managers');
});

await step('what somebody else has changed of a person is said, and both changes are kept', async () => {
    await open(page, 'people');
    await page.getByRole('button', { name: 'ann', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Groups').fill('desk');
    await option('library-desk').click();
    await must('PATCH', `/v1/users/${ann.id}`, { token: admin.token, headers: { 'If-Match': '*' }, body: { displayName: 'Ann Other', role: 'auditor' } });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').locator('li').first().waitFor();
    is(await dialog.getByRole('alert').locator('li').allInnerTexts(), ['Name: was empty, is now “Ann Other”.', 'Role: was Member, is now Auditor.'], 'what was changed');
    await dialog.getByRole('button', { name: 'Save mine' }).click();
    await said('Ann Other: saved');
    const { displayName, role, groups } = await must('GET', `/v1/users/${ann.id}`, { token: admin.token });
    is([displayName, role, groups], ['Ann Other', 'auditor', ['library-desk']], 'person');
});

await step('suggestions and conflicts lack no text, in German', async () => {
    const far = await person({ locale: 'de-DE' });
    await open(far.page, '');
    await far.page.getByLabel('Name').fill('admin');
    await far.page.getByLabel('Passwort').fill(PASSWORD);
    await far.page.keyboard.press('Enter');
    await far.page.waitForSelector('.top');
    await open(far.page, 'policy?id=quota');
    await far.page.getByLabel('Tage im Voraus').fill('3');
    await far.page.getByLabel('Sofort buchen').fill('desk');
    await far.page.getByRole('option', { name: 'library-desk' }).waitFor();
    is(await missingTexts(far.page), [], 'missing beside suggestions');
    await far.page.getByRole('option', { name: 'library-desk' }).click();
    await changedBy({ name: 'Anders', book: [] });
    await far.page.getByRole('button', { name: 'Speichern' }).click();
    await far.page.getByRole('alert').getByText('Sofort buchen: war alle, ist jetzt leer.').waitFor();
    is(await missingTexts(far.page), [], 'missing in a conflict');
    is(far.faults, [], 'faults');
    await far.context.close();
});

// ---- people and groups

await step('a group is made, somebody added and put into it, and disabled', async () => {
    await open(page, 'groups');
    await page.getByRole('button', { name: 'New group' }).click();
    await page.getByLabel('Name', { exact: true }).fill('students');
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('button', { name: 'students', exact: true }).waitFor();
    await open(page, 'people');
    await page.getByLabel('In group').focus();
    await page.locator('datalist option[value=students]').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Add somebody' }).click();
    await page.getByRole('dialog').getByLabel('Login').fill('cleo');
    await page.getByRole('dialog').getByLabel('Groups').fill('stud');
    await option('students').click();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'cleo' }).click();
    await page.getByRole('dialog').getByLabel('Disabled').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.locator('tr', { hasText: 'disabled' }).waitFor();
    const { items: [cleo] } = await must('GET', '/v1/users?q=cleo', { token: admin.token });
    is([cleo.disabled, cleo.groups], [true, ['students']], 'cleo');
});

await step('a login that somebody has is refused in words, and the dialog stays', async () => {
    await page.getByRole('button', { name: 'Add somebody' }).click();
    await page.getByRole('dialog').getByLabel('Login').fill('ANN');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('dialog').getByText('Somebody else has this login.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
});

// ---- all of them

const SCREENS = ['rooms', 'room?id=r-1', 'edit-room', 'edit-room?id=r-1', 'import-rooms', 'policies', 'policy?id=much', 'people', 'groups', 'account'];

await forEveryScreen(page, 'admin', SCREENS);
await step('the keyboard alone leads from the first link to a room\'s page, and the menu of a telephone opens by it', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(page, 'rooms');
    await settled(page);
    await page.keyboard.press('Tab');
    is(await page.evaluate(() => document.activeElement.className), 'skip', 'the first stop');
    await page.getByRole('button', { name: 'Menu' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'People' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'People' }).waitFor();
    is(await page.evaluate(() => document.activeElement.innerText), 'People', 'the heading has the focus');
    await page.setViewportSize({ width: 1280, height: 800 });
});

await step('without a network the page says so, and goes on when there is one', async () => {
    await open(page, 'rooms');
    await settled(page);
    await context.setOffline(true);
    await page.getByText('There is no network').waitFor();
    await page.getByRole('link', { name: 'Rules' }).click();
    await page.getByText('The server cannot be reached.').first().waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByRole('link', { name: 'Study rooms' }).waitFor();
});

await step('while the database is stopped the page says so in words, and goes on when it is back', async () => {
    await open(page, 'rooms');
    await settled(page);
    await withoutDatabase(page, 'user', async () => {
        await page.getByRole('searchbox').fill('hall');
        await page.getByRole('alert').getByText(/out of reach|does not answer/).waitFor();
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
});

await step('what the services and the page both say of an answer is said once', async () => {
    for (const path of ['/', '/nothing', '/v1/nothing', '/v1/site', '/user/nothing']) {
        const { headers } = await call('GET', path);
        for (const [name, value] of headers) {
            const said = value.split(', ');
            if (new Set(said).size < said.length) throw new Error(`${path} has twice ${name}: ${value}`);
        }
    }
});

await step('nothing was written on the console', async () => is(faults, [], 'faults'));
await finish();
