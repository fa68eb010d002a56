// While a network is written: what is wrong, what runs where, and the fix that makes it faster.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '../fixture/code';
import { Editor } from '../pages/editor';

test.describe.configure({ mode: 'serial' });

const sample = fs.readFileSync(path.join(__dirname, '..', '..', 'samples', 'sample.nn'), 'utf8');

test('the sample opens with hints, figures and one squiggle', async ({ code }) => {
  await code.open('sample.nn');
  await expect(code.editor.squiggles('warning')).toHaveCount(1, { timeout: 30_000 });
  await expect(code.editor.squiggles('error')).toHaveCount(0);
  await expect(code.editor.lens('Bisect')).toBeVisible();
  await expect(code.editor.lens(/\d[.\d]* (ms|µs)/)).toBeVisible();
  await expect(code.editor.lens(/^\d finding/)).toBeVisible();
  await expect(code.statusBar()).toContainText('broken');
  await expect(code.statusBar()).toContainText(/\d (ms|µs)/);
  await expect.poll(() => code.editor.hints(/left/)).toMatch(/\[1, 256, 28, 28\]/);
  await expect.poll(() => code.editor.hints(/left/)).toMatch(/tensor [\d.]+ (µs|ms)/);
  await code.picture('open', true);
});

test('the hover names the engine, its cost and why it was chosen', async ({ code }) => {
  const { line, column } = Editor.place(sample, 'conv2d(pooled, filters: 256');
  const hover = await code.editor.hover(line, column + 2);
  await expect(hover).toContainText('conv2d');
  await expect(hover).toContainText('multiply-adds');
  await expect(hover).toContainText('tensor');
  await expect(hover).toContainText(/cycles/);
  await code.picture('hover', true);
  await code.editor.closeHover();
});

test('the quick fix takes the finding away and lowers the makespan', async ({ code }) => {
  const before = await code.statusBar().innerText();
  const lensBefore = await code.editor.lens(/\d (ms|µs)/).first().innerText();
  await code.page.locator('.editor-instance .view-line').first().click();
  await code.page.keyboard.press('F8');
  await expect(code.page.locator('.zone-widget .message, .marker-widget').first()).toBeVisible();
  await code.picture('finding', true);
  await code.page.keyboard.press('Escape');
  await code.editor.fix(/saves/);
  await expect(code.editor.squiggles('warning')).toHaveCount(0);
  await expect(code.statusBar()).not.toHaveText(before);
  const makespan = async () => nanoseconds(await code.editor.lens(/\d (ms|µs)/).first().innerText());
  await expect.poll(makespan, { message: `the makespan falls below ${lensBefore}` }).toBeLessThan(nanoseconds(lensBefore));
  await code.picture('fixed');
  await code.editor.focus();
  await code.editor.undoAll();
  await expect(code.editor.squiggles('warning')).toHaveCount(1);
});

test('the code of a finding leads to its explanation', async ({ code }) => {
  await code.editor.focus();
  await code.page.keyboard.press('F8');
  const link = code.page.locator('.marker-widget a.code-link, .zone-widget a.code-link').first();
  await expect(link).toHaveText(/NN6001/);
  await link.click({ modifiers: ['Control'] });
  await expect(code.page.locator('.tab', { hasText: 'NN6001' })).toBeVisible();
  await expect(async () => {
    const texts = await Promise.all(code.page.frames().map(frame => frame.locator('body').innerText({ timeout: 500 }).catch(() => '')));
    expect(texts.some(text => /^\s*NN6001 \(warning\)/.test(text))).toBe(true);
  }).toPass({ timeout: 20_000 });
  await code.picture('explained');
});

test('a network with errors says where, and F5 refuses to start', async ({ code }) => {
  await code.open('errors.nn');
  await expect(code.editor.squiggles('error').first()).toBeAttached({ timeout: 30_000 });
  await code.problems.show();
  await expect(code.problems.rows().filter({ hasText: 'Cannot add' })).toBeVisible();
  await code.editor.focus();
  await code.debug.f5();
  await expect(code.notifications().first()).toContainText(/^Cannot bisect: \d error/);
  await expect(code.page.locator('.debug-toolbar')).toBeHidden();
  await code.picture('errors');
});

/** The first time in a text, in nanoseconds. */
function nanoseconds(text: string): number {
  const [, value, unit] = /([\d.,]+)\s*(ns|µs|ms|s)\b/.exec(text.replaceAll('\u00a0', ' ')) ?? [];
  expect(value, `'${text}' has a time in it`).toBeDefined();
  return Number(value!.replaceAll(',', '')) * { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 }[unit as 'ns' | 'µs' | 'ms' | 's'];
}
