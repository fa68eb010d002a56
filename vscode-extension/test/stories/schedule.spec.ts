// The schedule: engines over time, findings, and the way back to the text.
import { expect, test } from '../fixture/code';
import { themes } from '../pages/theme';

test.describe.configure({ mode: 'serial' });

test('the schedule of the sample opens below the text', async ({ code }) => {
  await code.open('sample.nn');
  await expect(code.statusBar()).toBeVisible({ timeout: 30_000 });
  await code.schedule.show();
  expect(Number(await code.schedule.data('operations'))).toBeGreaterThan(0);
  await expect(code.schedule.content.locator('#summary')).toContainText(/µs · bound .* over/);
  await expect(code.schedule.findings()).toHaveCount(Number(await code.schedule.data('findings')));
  await code.picture('schedule', true);
});

test('before, after and both are shown', async ({ code }) => {
  for (const mode of ['before', 'both', 'after'] as const) {
    await code.schedule.mode(mode).click();
    await expect(code.schedule.body).toHaveAttribute('data-mode', mode);
    await expect(code.schedule.mode(mode)).toHaveAttribute('aria-pressed', 'true');
  }
});

test('keys walk through the operations, Enter goes to the line', async ({ code }) => {
  await code.schedule.chart.focus();
  await code.page.keyboard.press('Home');
  const first = await code.schedule.data('selected');
  await code.page.keyboard.press('ArrowRight');
  await expect(code.schedule.body).not.toHaveAttribute('data-selected', first);
  await code.page.keyboard.press('ArrowLeft');
  await expect(code.schedule.body).toHaveAttribute('data-selected', first);
  await code.page.keyboard.press('End');
  const option = code.schedule.content.getByRole('option');
  await expect(option).toHaveText(/engine, .* to .* µs, line \d+$/);
  const line = Number(/line (\d+)$/.exec(await option.innerText())![1]);
  await code.page.keyboard.press('Enter');
  await code.editor.onLine(line);
  await expect(code.page.locator('.editor-instance .monaco-editor.focused')).toBeVisible();
});

test('a click on a bar shows its line, the cursor marks its bars', async ({ code }) => {
  await code.schedule.chart.focus();
  await code.page.keyboard.press('Home');
  const line = Number(/line (\d+)$/.exec(await code.schedule.content.getByRole('option').innerText())![1]);
  await code.schedule.clickSelected();
  await code.editor.onLine(line);
  await expect(code.schedule.body).toHaveAttribute('data-cursor', String(line));
  expect(Number(await code.schedule.data('cursor-operations'))).toBeGreaterThan(0);
});

test('the same data is there as a table', async ({ code }) => {
  await code.schedule.content.locator('#as-table').click();
  const rows = code.schedule.content.locator('tbody tr');
  await expect(rows.first()).toBeVisible();
  expect(await rows.count()).toBe(Math.min(200, Number(await code.schedule.data('operations'))));
  expect(await code.schedule.axe()).toEqual([]);
  await code.schedule.content.locator('#as-table').click();
  await expect(rows).toHaveCount(0);
});

for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
  test(`axe finds nothing in the theme ${theme}`, async ({ code }) => {
    await code.theme.set(theme);
    await expect(code.schedule.body).toHaveAttribute('data-theme-seen', themes[theme].id);
    expect(await code.schedule.axe()).toEqual([]);
    await code.picture(`theme-${theme}`);
  });
}

test('a finding is applied from the panel', async ({ code }) => {
  const version = await code.schedule.data('version');
  const makespan = Number(await code.schedule.data('makespan'));
  await code.schedule.content.locator('#findings button.apply').first().click();
  await code.schedule.newerThan(version);
  expect(Number(await code.schedule.data('makespan'))).toBeLessThan(makespan);
  await code.editor.focus();
  await code.editor.undoAll();
  await expect(code.schedule.body).toHaveAttribute('data-makespan', String(makespan));
});

test('ten thousand operations are drawn, zoomed and walked through', async ({ code }) => {
  const frame = await code.schedule.frame();
  await frame.evaluate(() => {
    const columns = { id: [] as string[], layer: [] as string[], name: [] as string[], line: [] as number[], engine: [] as number[], start: [] as number[], end: [] as number[] };
    const free = [0, 0, 0, 0, 0];
    for (let i = 0; i < 10_000; i++) {
      const engine = i % 5;
      columns.id.push(`o${i}`);
      columns.layer.push(`layer${i >> 4}/${i & 15}`);
      columns.name.push('matmul');
      columns.line.push(1 + i % 12);
      columns.engine.push(engine);
      columns.start.push(free[engine]!);
      free[engine] = free[engine]! + 300_000 + (i * 7919 % 97) * 25_000;
      columns.end.push(free[engine]!);
    }
    const order = { operations: columns, makespan: Math.max(...free), memory: [] };
    window.postMessage({
      type: 'schedule', version: 100_000, uri: 'many', network: 'many', makespan: order.makespan, sourceMakespan: order.makespan,
      bound: order.makespan, engines: ['tensor', 'vector', 'scalar', 'gpsimd', 'DMA queues'], before: order, after: order, findings: [],
    }, '*');
  });
  await expect(code.schedule.body).toHaveAttribute('data-operations', '10000');
  const times: number[] = [];
  await code.schedule.chart.focus();
  for (const key of ['End', '+', '+', '+', '+', 'ArrowLeft', 'ArrowUp', '-', '-', '-', '-', 'Home']) {
    const frames = await code.schedule.data('frames');
    await code.page.keyboard.press(key);
    await expect(code.schedule.body).not.toHaveAttribute('data-frames', frames);
    times.push(Number(await code.schedule.data('draw-ms')));
  }
  test.info().annotations.push({ type: 'drawing', description: `${times.length} frames, worst ${Math.max(...times)} ms` });
  console.log(`drawing 10,000 operations: ${times.length} frames, mean ${(times.reduce((a, b) => a + b, 0) / times.length).toFixed(1)} ms, worst ${Math.max(...times)} ms`);
  await code.picture('ten-thousand');
});

test('the branch order that needs less memory is found', async ({ code }) => {
  await code.open('branches.nn');
  await expect(code.statusBar()).toBeVisible({ timeout: 30_000 });
  await expect(code.editor.squiggles('warning')).toHaveCount(1, { timeout: 30_000 });
  await code.schedule.show();
  const finding = code.schedule.content.locator('#findings button.finding[data-code="NN6002"]');
  await expect(finding).toContainText(/less at its peak/);
  await code.schedule.mode('before').click();
  const peak = async () => peakOf(await code.schedule.content.locator('#summary').innerText());
  const before = await peak();
  const version = await code.schedule.data('version');
  await code.picture('branches', true);
  await code.schedule.content.locator('#findings button.apply').first().click();
  await code.schedule.newerThan(version);
  await expect(finding).toHaveCount(0);
  expect(await peak()).toBeLessThan(before);
  await code.editor.focus();
  await code.editor.undoAll();
});

/** The peak of sbuf in a summary, in bytes. */
function peakOf(text: string): number {
  const [, value, unit] = /sbuf peak ([\d.]+) (B|KiB|MiB|GiB)/.exec(text) ?? [];
  expect(value, `'${text}' has a peak of sbuf in it`).toBeDefined();
  return Number(value) * 1024 ** ['B', 'KiB', 'MiB', 'GiB'].indexOf(unit!);
}
