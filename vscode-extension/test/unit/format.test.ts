import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, micros, percentOver, time } from '../../src/panel/format';
import { isFromView } from '../../src/panel/messages';

test('numbers are written as everywhere in the editor', () => {
  assert.equal(micros(1_031_000_000, 1), '1,031.0');
  assert.equal(time(8_900_000), '8.90 µs');
  assert.equal(time(1_031_000_000), '1.03 ms');
  assert.equal(time(117_000), '117 ns');
  assert.equal(bytes(24 * 1024 * 1024), '24.0 MiB');
  assert.equal(bytes(200_704), '196 KiB');
  assert.equal(bytes(17), '17 B');
  assert.equal(percentOver(1031, 954.2), '8 %');
  assert.equal(percentOver(1.22, 1), '22 %');
  assert.equal(percentOver(1, 0), '');
});

test('what a page sends is checked before it is believed', () => {
  assert.ok(isFromView({ type: 'reveal', line: 3, focus: true }));
  for (const bad of [null, 3, 'ready', {}, { type: 'reveal', line: '3', focus: true }, { type: 'apply' }, { type: 'eval', code: 'x' }]) {
    assert.ok(!isFromView(bad), JSON.stringify(bad));
  }
});
