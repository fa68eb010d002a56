// A network written from nothing: what is offered while it is typed, and what is shown meanwhile.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '../fixture/code';

test.describe.configure({ mode: 'serial' });

test('a network typed from nothing has shapes, an open dimension bound by the lens, engines', async ({ code }) => {
  fs.writeFileSync(path.join(code.workspace, 'mine.nn'), '\n');
  await code.open('mine.nn');
  await expect(code.statusBar()).toBeVisible({ timeout: 30_000 });
  await code.editor.focus();
  const { keyboard } = code.page;
  await keyboard.type('network mine(x: f32[N, 3, 64, 64]) -> (y: f32[N, 10]) {');
  await keyboard.press('Enter');
  await keyboard.type('a = conv');
  const suggestion = code.page.locator('.suggest-widget .monaco-list-row', { hasText: 'conv2d' }).first();
  await expect(suggestion).toBeVisible();
  await expect(code.page.locator('.suggest-widget .monaco-list-row.focused')).toContainText('conv2d');
  await code.picture('completion');
  await keyboard.press('Enter');
  await keyboard.type('x');
  await keyboard.press('Tab');
  await keyboard.type('16');
  await keyboard.press('Tab');
  await keyboard.type('3');
  await code.picture('signature');
  await keyboard.press('End');
  await keyboard.press('Enter');
  await keyboard.type('b = relu(');
  await code.picture('half');
  await keyboard.type('a) |> global_avg_pool |> dense(units: 10)');
  await keyboard.press('Escape');
  await keyboard.press('Enter');
  await keyboard.type('return y: b');
  await keyboard.press('Escape');
  await expect.poll(() => code.editor.hints(/^\s*a/)).toMatch(/\[N, 16, 62, 62\]/);
  const needs = code.editor.lens('needs N: set dim N = 1');
  await expect(needs).toBeVisible();
  await code.picture('needs');
  await needs.click();
  await expect(code.editor.line('dim N = 1')).toBeVisible();
  await expect(code.editor.lens(/\d (ms|µs)/)).toBeVisible();
  await expect.poll(() => code.editor.hints(/^\s*a/)).toMatch(/\[1, 16, 62, 62\].*(tensor|gpsimd) [\d.]+ µs/);
  await expect(code.editor.squiggles('error')).toHaveCount(0);
  await code.picture('typed');
});

test('a definition that no file has opens the built-in device', async ({ code }) => {
  await code.editor.focus();
  await code.page.keyboard.press('Control+End');
  await code.page.keyboard.type('\ndevice fast = neuron_core_v2 with { }');
  await code.page.keyboard.press('Escape');
  await expect(code.editor.line('device fast')).toBeVisible();
  for (let i = 0; i < 'e_core_v2 with { }'.length; i++) {
    await code.page.keyboard.press('ArrowLeft');
  }
  await code.page.keyboard.press('F12');
  await expect(code.page.locator('.tab', { hasText: 'neuron_core_v2.nn' })).toBeVisible();
  await expect(code.editor.line('device neuron_core_v2').first()).toBeVisible();
  await code.picture('device');

  // The next story finds the workspace as it was.
  await code.command('File: Save All');
  await expect(code.page.locator('.tab.dirty')).toHaveCount(0);
  await code.command('View: Close All Editors');
  fs.rmSync(path.join(code.workspace, 'mine.nn'));
});
