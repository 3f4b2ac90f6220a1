// Debian's chromium, driven by a test: a command a line on standard input, an answer a line on standard output,
// both JSON. t/lib/Bookable/Browser.pm is the other end.
//
// Certificates are not checked: those of the tests are made for one run.
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const browser = await chromium.launch({
    executablePath: process.argv[2],
    args: ['--no-sandbox', '--headless=new', '--disable-gpu', '--disable-dev-shm-usage'],
});
const people = new Map();

// Each person has cookies of their own.
async function page_of(name) {
    if (!people.has(name)) {
        const context = await browser.newContext({ ignoreHTTPSErrors: true });
        people.set(name, { context, page: await context.newPage() });
    }
    return people.get(name);
}

// In the page: a request as its scripts make it.
async function ask([url, init]) {
    const response = await fetch(url, init);
    return { status: response.status, type: response.type, url: response.url, text: await response.text(),
        headers: Object.fromEntries(response.headers) };
}

const commands = {
    async goto({ page }, { url }) {
        const response = await page.goto(url);
        return { status: response?.status(), url: page.url(), text: await page.content() };
    },
    async submit({ page }, { fields }) {
        for (const [name, value] of Object.entries(fields)) { await page.fill(`input[name="${name}"]`, value); }
        await Promise.all([page.waitForEvent('framenavigated'), page.click('button[type=submit]')]);
        return { url: page.url() };
    },
    async wait({ page }, { url }) {
        await page.waitForURL(url);
        await page.waitForLoadState();
        return { url: page.url(), text: await page.content() };
    },
    async fetch({ page }, { url, init }) { return page.evaluate(ask, [url, init || {}]); },
    async cookies({ context }) { return context.cookies(); },
    async leave({ context }, { name }) { await context.close(); people.delete(name); return {}; },
};

console.log(JSON.stringify({ ready: browser.version() }));
for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    let answer;
    try {
        answer = await commands[command.do](await page_of(command.name), command);
    } catch (error) {
        answer = { error: String(error.message || error) };
    }
    console.log(JSON.stringify(answer));
}
await browser.close();
