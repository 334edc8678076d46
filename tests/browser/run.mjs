// The page in a real browser: nothing overlaps, nothing is wider than the window, axe-core finds
// nothing serious, no request leaves the page, and it prints on few sheets.
//
//   node run.mjs CHROMIUM PAGE=SHEETS...
//
// Each PAGE is a report.html; SHEETS is the most that its print may have. Ends with a line
// "N passed, M failed" and exit code 1 where anything failed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const WIDTHS = [360, 768, 1280];
const THEMES = ['light', 'dark'];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [executablePath, ...pages] = process.argv.slice(2);
let passed = 0;
let failed = 0;

function check(ok, what, detail) {
  ok ? (passed += 1) : (failed += 1);
  if (!ok) console.log(`FAIL ${what}: ${JSON.stringify(detail).slice(0, 600)}`);
}

// Runs in the page: pairs of visible labels of one axis, legend or strip that overlap, labels that
// stand outside their plot, and elements that reach beyond the window.
function measure() {
  const box = (e) => e.getBoundingClientRect();
  const visible = (e) => box(e).width > 0 && box(e).height > 0 && getComputedStyle(e).visibility === 'visible';
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
  const name = (e) => e.textContent.trim().slice(0, 30);
  const overlaps = [];
  const outside = [];
  let labels = 0;
  for (const group of document.querySelectorAll('.x, .y, .months, .rows, .legend, .tiles, .name')) {
    const all = [...group.children].filter((e) => visible(e) && name(e));
    labels += all.length;
    all.forEach((a, i) => all.slice(i + 1).forEach((b) => {
      if (meet(box(a), box(b))) overlaps.push([group.className, name(a), name(b)]);
    }));
    if (group.className === 'x') {
      const plot = box(group);
      for (const e of all) {
        if (box(e).left < plot.left - 1 || box(e).right > plot.right + 1) outside.push(name(e));
      }
    }
  }
  // What lies in a box that scrolls, or is meant for screen readers alone, may be wider.
  const wide = [...document.querySelectorAll('body *')].filter((e) => visible(e) && !e.closest('.scroll *, .hidden'))
    .filter((e) => box(e).right > innerWidth + 1 || box(e).left < -1);
  const scrolls = document.documentElement.scrollWidth > innerWidth;
  return { labels, overlaps, outside, wide: wide.map((e) => `${e.tagName}.${e.className} ${name(e)}`), scrolls };
}

async function look(browser, file, width, theme) {
  const what = `${file} at ${width}, ${theme}`;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, bypassCSP: true });
  const page = await context.newPage();
  const requests = [];
  page.on('request', (r) => requests.push(r.url()));
  await page.goto(pathToFileURL(file).href);
  const found = await page.evaluate(measure);
  check(found.labels > 4, `${what}: there are labels`, found.labels);
  check(!found.overlaps.length, `${what}: no two labels overlap`, found.overlaps);
  check(!found.outside.length, `${what}: the labels of an axis stand inside the plot`, found.outside);
  check(!found.wide.length && !found.scrolls, `${what}: nothing is wider than the window`, found.wide);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
  const shown = serious.map((v) => [v.id, v.nodes.length, v.nodes[0].html]);
  check(!serious.length, `${what}: axe-core finds nothing serious`, shown);
  check(requests.length === 1, `${what}: no request leaves the page`, requests);
  await context.close();
}

async function print(browser, file, most) {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  const pdf = (await page.pdf({ format: 'A4', printBackground: true })).toString('latin1');
  const sheets = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  check(sheets > 0 && sheets <= most, `${file}: prints on at most ${most} sheets`, sheets);
  await page.close();
}

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
for (const [file, most] of pages.map((p) => p.split('='))) {
  for (const width of WIDTHS) for (const theme of THEMES) await look(browser, file, width, theme);
  await print(browser, file, Number(most));
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
