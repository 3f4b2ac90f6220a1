// What the tests of the page share: chromium, people in it, the API as a program sees it, and TAP.
//
// Each step is one line of TAP; what it throws is why it failed. Nothing waits for a time: only for what is to be seen.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

export const SITE = process.env.SITE;
const ORIGIN = new URL(SITE).origin;
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

// ---- results

const pages = new Set();
let steps = 0;
let failures = 0;

const shown = (page) => page.evaluate(() => document.body.innerText).catch(String);

export async function step(name, work) {
    steps += 1;
    try {
        await work();
        console.log(`ok ${steps} - ${name}`);
    } catch (error) {
        failures += 1;
        console.log(`not ok ${steps} - ${name}`);
        for (const line of String(error.stack || error).split('\n').slice(0, 12)) console.error(`#   ${line}`);
        for (const page of pages) console.error(`#   shown at ${page.url()}: ${(await shown(page)).replace(/\s+/g, ' ').slice(0, 500)}`);
    }
}

export function is(got, wanted, what) {
    const [a, b] = [got, wanted].map((one) => JSON.stringify(one));
    if (a !== b) throw new Error(`${what}: got ${a}, wanted ${b}`);
}

export function like(text, pattern, what) {
    if (!pattern.test(String(text))) throw new Error(`${what}: ${String(text).slice(0, 300)} is not like ${pattern}`);
}

// ---- what the other side does: t/lib/Bookable/Page.pm

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export async function ask(command) {
    console.log(`!${command}`);
    await answers.next();
}

export const served = () => readFileSync(process.env.ACCESS_LOG, 'utf8').split('\n').filter(Boolean);

// ---- the API, as a program uses it

export async function call(method, path, { token, body, headers = {}, type = 'application/json' } = {}) {
    const response = await fetch(ORIGIN + path, {
        method, body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
        headers: { ...(body === undefined ? {} : { 'Content-Type': type }), ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers },
    });
    const text = await response.text();
    return { status: response.status, body: text && /json/.test(response.headers.get('Content-Type')) ? JSON.parse(text) : text, headers: response.headers };
}

export async function must(method, path, options = {}) {
    const answer = await call(method, path, options);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
}

export const PASSWORD = 'open-sesame-of-a-test';

/** Somebody new, with a token for the API. "admin" is the administrator. */
export async function signUp(name) {
    await must('POST', '/user', { body: { username: name, userPassword: PASSWORD } });
    const { token, user } = await must('POST', '/v1/session', { body: { name, password: PASSWORD } });
    return { name, token, id: user.id };
}

// ---- the browser

// With each window that it opens the browser loads pages of its own for its address bar, of some 150 scripts, beside the page
// that is looked at. Of this option only the last counts, so what the driver turns off is named here, too.
const OFF = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup', 'AvoidUnnecessaryBeforeUnloadCheckSync', 'BoundaryEventDispatchTracksNodeRemoval',
    'DestroyProfileOnBrowserClose', 'DialMediaRouteProvider', 'GlobalMediaControls', 'HttpsUpgrades', 'LensOverlay', 'MediaRouter', 'PaintHolding',
    'ThirdPartyStoragePartitioning', 'Translate', 'AutoDeElevate', 'RenderDocument', 'OptimizationHints'];

// The driver is told where in a script each request begins, for which V8 would have to read the script again: work that no
// person's browser has. By this flag it knows the places at once.
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    // The browser's own fields for dates and times are those of its language, which is not the page's.
    env: { ...process.env, LANGUAGE: 'en_US' },
    args: ['--no-sandbox', '--headless=new', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync', `--disable-features=${OFF}`, '--js-flags=--no-enable-lazy-source-positions'],
});

// What the browser says of an answer that is meant to refuse is no fault of the page.
const EXPECTED = /Failed to load resource: (the server responded with a status of (401|403|404|409|410|412|422|428|429|503)|net::ERR_INTERNET_DISCONNECTED|net::ERR_(CONNECTION|FAILED))/;

/** A browser of their own: {page, context, faults}. faults are errors on the console and breaches of the page's policy. */
export async function person({ locale = 'en-GB', timezoneId = 'Europe/Helsinki', width = 1280, height = 800, ...more } = {}) {
    const context = await browser.newContext({ locale, timezoneId, viewport: { width, height }, ...more });
    const page = await context.newPage();
    const faults = [];
    pages.add(page);
    page.on('close', () => pages.delete(page));
    page.setDefaultTimeout(30000 * (process.env.BOOKABLE_PATIENCE || 1));
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text())) faults.push(message.text()); });
    page.on('pageerror', (error) => faults.push(String(error)));
    return { page, context, faults };
}

export async function open(page, name) {
    await page.goto(`${SITE}/${name}`);
    await page.waitForSelector('h1');
}

export async function signIn(page, name, at = '') {
    await open(page, at);
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.top');
}

/** What axe-core finds against WCAG 2.2 AA, as texts. */
export async function violations(page) {
    await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== 'running'));
    await page.evaluate(axe);
    return page.evaluate(async () => {
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        const { violations: found } = await globalThis.axe.run(document, { runOnly: tags });
        return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`);
    });
}

/** What sticks out of the window to the side. */
export function sticksOut(page) {
    return page.evaluate(() => {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        return [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest('.scroll'))
            .slice(0, 3).map((one) => one.outerHTML.slice(0, 100));
    });
}

let sections;

// The first parts of the keys of all texts, of both files of a language.
async function sectionsOf(page) {
    const files = await page.evaluate(() => { const { file, later } = globalThis.bookable.kit.languages.en; return [file, later]; });
    const texts = await Promise.all(files.map(async (file) => (await fetch(`${SITE}/${file}`)).json()));
    return [...new Set(texts.flatMap(Object.keys))];
}

/** Keys of texts that a language does not have are shown as they are. */
export async function missingTexts(page) {
    sections ??= await sectionsOf(page);
    const text = await page.evaluate(() => document.body.innerText);
    return text.match(new RegExp(`\\b(${sections.join('|')})\\.(?!csv)[a-z_]+`, 'g')) || [];
}

/** Wait until nothing is read any more on a screen. */
export async function settled(page) {
    await page.waitForFunction(() => !document.querySelector('.loading, [aria-busy=true]'));
}

/** Go to something by the Tab key alone. */
export async function tabTo(page, wanted) {
    for (let turn = 0; turn < 300; turn += 1) {
        if (await wanted.evaluate((one) => one === document.activeElement)) return;
        await page.keyboard.press('Tab');
    }
    throw new Error(`${wanted} is not reached by the Tab key`);
}

/** Wait for a short message. */
export const said = (page, text) => page.locator('.toast', { hasText: text }).waitFor();

// ---- what holds for every screen: each is a step, over the screens by their addresses

async function onEach(page, screens, found, label, look, ready = settled) {
    for (const name of screens) {
        await open(page, name);
        await ready(page);
        const wrong = await look();
        if (wrong.length) found[`${label} ${name}`] = wrong;
    }
}

async function accessible(page, screens) {
    const found = {};
    for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme });
        await onEach(page, screens, found, scheme, () => violations(page));
    }
    await page.emulateMedia({ colorScheme: 'light' });
    is(found, {}, 'violations');
}

/** @param ready  waits until a screen is drawn */
export async function fitting(page, screens, ready) {
    const found = {};
    for (const [width, size] of [[320, '100%'], [1280, '200%']]) {
        await page.setViewportSize({ width, height: 800 });
        await onEach(page, screens, found, `${width} ${size}`, async () => {
            await page.evaluate((text) => { document.documentElement.style.fontSize = text; }, size);
            return sticksOut(page);
        }, ready);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    is(found, {}, 'sticks out');
}

async function german(name, screens) {
    const { page, context, faults } = await person({ locale: 'de-DE' });
    await open(page, '');
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Passwort').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.top');
    const found = {};
    await onEach(page, screens, found, 'de', () => missingTexts(page));
    is(found, {}, 'missing');
    is(faults, [], 'faults');
    await context.close();
}

/** @param name  of who sees the screens, in German too */
export async function forEveryScreen(page, name, screens) {
    await step('each screen is accessible, light and dark', () => accessible(page, screens));
    await step('each screen fits into 320 px, and into 1280 px with text of twice the size', () => fitting(page, screens));
    await step('no screen lacks a text, in German', () => german(name, screens));
}

/** While the database is away something is done; then it is there again, for a service, and for the one that knows who asks. */
export async function withoutDatabase(page, service, work) {
    await ask('stop-database');
    await work();
    await ask('start-database');
    for (const one of [service, 'user']) await page.waitForFunction(async (path) => (await fetch(path)).status === 200, `/${one}/health`, { polling: 500 });
}

export async function finish() {
    await browser.close();
    console.log(`1..${steps}`);
    process.exit(failures ? 1 : 0);
}
