// The first minutes after the installation, without a server having to answer.
import { expect, test } from '../fixture/code';

test.describe.configure({ mode: 'serial' });

test('Open Sample Network opens a file that can be edited', async ({ code }) => {
  await code.openWorkbench();
  await code.command('NNLang: Open Sample Network');
  // Another sample.nn may be open from before: this one lies in the extension's own storage.
  await expect(code.page.locator('.breadcrumbs-control', { hasText: 'globalStorage' })).toBeVisible({ timeout: 30_000 });
  await expect(code.editor.line('network sample')).toBeVisible();
  await expect(code.page.getByRole('button', { name: 'NNLang', exact: true })).toBeVisible();
});

test('keywords, operators and comments have their colours', async ({ code }) => {
  const colour = (line: string, text: string) =>
    code.editor.line(line).locator('span span', { hasText: text }).first().evaluate(node => getComputedStyle(node).color);
  const keyword = await colour('network sample', 'network');
  expect(keyword).not.toBe(await colour('network sample', 'sample'));
  expect(await colour('/// A small', 'small')).not.toBe(keyword);
});

test('the walkthrough has its three steps', async ({ code }) => {
  await code.command('Welcome: Open Walkthrough...', true);
  await code.page.locator('.quick-input-widget input').fill('NNLang');
  await code.page.locator('.quick-input-list .monaco-list-row', { hasText: 'NNLang' }).first().click();
  for (const title of ['Open the sample network', 'See which engine runs what', 'Find the faulty layer']) {
    await expect(code.page.locator('.getting-started-step', { hasText: title })).toBeVisible();
  }
});

test('F5 in another kind of file is none of our business, the palette hides what does not apply', async ({ code }) => {
  await code.page.keyboard.press('F1');
  const input = code.page.locator('.quick-input-widget input');
  await input.waitFor();
  await input.fill('>NNLang:');
  await expect(code.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Restart Server' })).toBeVisible();
  await expect(code.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Bisect This Network' })).toHaveCount(0);
  await code.page.keyboard.press('Escape');
});
