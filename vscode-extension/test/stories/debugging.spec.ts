// F5 on a device with a defect lands on the layer that is wrong.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '../fixture/code';
import { Editor } from '../pages/editor';

test.describe.configure({ mode: 'serial' });

const sample = fs.readFileSync(path.join(__dirname, '..', '..', 'samples', 'sample.nn'), 'utf8');
const faulty = Editor.place(sample, 'left = conv2d').line;

test('F5 without any configuration stops on the faulty layer', async ({ code }) => {
  await code.open('sample.nn');
  await expect(code.statusBar()).toBeVisible({ timeout: 30_000 });
  await code.editor.focus();
  await code.debug.f5();
  await code.debug.stoppedAt(faulty);
  await expect(code.debug.exception()).toContainText('Divergence in layer left');
  await expect(code.debug.exception()).toContainText(/elements differ/);
  await code.picture('stopped');
});

test('frames and variables show the device beside the reference', async ({ code }) => {
  await expect(code.debug.frames().filter({ hasText: 'layer left' })).toBeVisible();
  await expect(code.debug.frames().filter({ hasText: 'network sample' })).toBeVisible();
  await expect(code.debug.variable(/^device/)).toBeVisible();
  await expect(code.debug.variable(/^reference/)).toBeVisible();
  await expect(code.debug.variable(/^device/)).toContainText(/wrong/);
  await expect(code.debug.console().filter({ hasText: 'differs' }).first()).toBeVisible();
  await code.picture('stop', true);
});

test('the divergence stays in Problems until the text changes', async ({ code }) => {
  await code.debug.stop();
  await expect(code.editor.squiggles('error')).toHaveCount(1);
  await code.editor.focus();
  await code.editor.gotoLine(1, 1);
  await code.page.keyboard.press('End');
  await code.page.keyboard.type(' ');
  await expect(code.editor.squiggles('error')).toHaveCount(0);
  await code.editor.undoAll();
});

test('a run steps forward and back', async ({ code }) => {
  await code.command('NNLang: Run on the Emulator');
  await expect(code.page.locator('.debug-top-stack-frame-line').first()).toBeAttached({ timeout: 45_000 });
  const start = await code.debug.place();
  await code.debug.step('F10');
  await code.picture('stepped');
  await code.debug.step('Alt+F10');
  await code.debug.backAt(start);
  await code.debug.stop();
});

test('an adapter that dies says so and can be started again', async ({ code }) => {
  await code.editor.focus();
  await code.debug.f5();
  await code.debug.stoppedAt(faulty);
  process.kill(code.server.adapter(), 'SIGKILL');
  await expect(code.notifications().first()).toContainText(/^The NNLang server ended \(.*\) during the bisection of sample\./);
  await expect(code.page.locator('.debug-toolbar')).toBeHidden();
  await code.picture('died');
  await code.page.locator('.notifications-toasts').getByRole('button', { name: 'Start Again' }).click();
  await code.debug.stoppedAt(faulty);
  await code.debug.stop();
});
