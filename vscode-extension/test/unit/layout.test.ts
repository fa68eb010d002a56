import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lanes, ticks } from '../../src/panel/layout';
import { Columns } from '../../src/panel/messages';

/** Operations of random length on engines; with more than one queue those of an engine overlap. A small generator with a printed seed. */
function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

function schedule(count: number, engines: number, seed: number, queues = 1): Columns {
  const next = random(seed);
  const free = new Array<number>(engines).fill(0);
  const columns: Columns = { id: [], layer: [], name: [], line: [], engine: [], start: [], end: [] };
  for (let i = 0; i < count; i++) {
    const engine = Math.floor(next() * engines);
    const earliest = Math.max(0, free[engine]! - (queues > 1 ? Math.floor(next() * 4000 * queues) : 0));
    const start = earliest + (next() < 0.3 ? Math.floor(next() * 900) : 0);
    const end = start + 1 + Math.floor(next() * 5000);
    free[engine] = Math.max(free[engine]!, end);
    columns.id.push(`o${i}`);
    columns.layer.push(`l${i % 7}`);
    columns.name.push('matmul');
    columns.line.push(1 + i % 7);
    columns.engine.push(engine);
    columns.start.push(start);
    columns.end.push(end);
  }
  return columns;
}

for (const [seed, queues] of [[1, 1], [2, 1], [3, 1], [4, 5], [5, 5]] as const) {
  test(`bars cover exactly the operations in view (seed ${seed}, ${queues} queues)`, () => {
    const columns = schedule(400, 4, seed, queues);
    const lanes = new Lanes(columns, 4);
    const next = random(seed + 100);
    for (let round = 0; round < 40; round++) {
      const from = next() * lanes.end * 0.9;
      const to = from + next() * lanes.end * 0.3 + 1;
      const step = (to - from) / 300;
      for (let engine = 0; engine < 4; engine++) {
        const rows = lanes.tracks[engine]!.map((_, track) => lanes.bars(engine, track, from, to, step));
        const expected = columns.id.filter((_, i) => columns.engine[i] === engine && columns.end[i]! > from && columns.start[i]! < to).length;
        assert.equal(rows.flat().reduce((sum, bar) => sum + bar.count, 0), expected);
        assert.ok(queues > 1 || rows.length <= 1);
        for (const bars of rows) {
          assert.ok(bars.length <= 2 * 300 + 2, `${bars.length} bars for 300 pixels`);
          for (let i = 1; i < bars.length; i++) {
            assert.ok(bars[i]!.from >= bars[i - 1]!.to);
          }
          for (const bar of bars.filter(b => b.count > 1)) {
            const inside = columns.id.map((_, i) => i)
              .filter(i => columns.engine[i] === engine && columns.start[i]! >= bar.from && columns.end[i]! <= bar.to && lanes.track(i) === rows.indexOf(bars))
              .sort((a, b) => columns.start[a]! - columns.start[b]!);
            assert.ok(bar.to - bar.from < step || inside.every((o, i) => columns.end[o]! - columns.start[o]! < 3 * step
              && (i === 0 || columns.start[o]! - columns.end[inside[i - 1]!]! < step)), 'only what cannot be told apart is merged');
          }
        }
      }
    }
  });

  test(`a point finds the operation that runs then (seed ${seed}, ${queues} queues)`, () => {
    const columns = schedule(300, 3, seed, queues);
    const lanes = new Lanes(columns, 3);
    for (let i = 0; i < 300; i++) {
      const middle = (columns.start[i]! + columns.end[i]!) / 2;
      assert.equal(lanes.at(columns.engine[i]!, lanes.track(i), middle), i);
    }
  });
}

test('arrow keys reach every operation and come back', () => {
  const columns = schedule(120, 3, 9);
  const lanes = new Lanes(columns, 3);
  for (let engine = 0; engine < 3; engine++) {
    let at = lanes.edge(columns.engine.indexOf(engine), false);
    const seen = new Set([at]);
    for (let next = lanes.beside(at, 1); next !== at; next = lanes.beside(at, 1)) {
      assert.ok(columns.start[next]! >= columns.end[at]!);
      at = next;
      seen.add(at);
    }
    assert.equal(seen.size, columns.engine.filter(e => e === engine).length);
    assert.equal(lanes.edge(at, true), at);
    assert.equal(lanes.beside(lanes.edge(at, false), -1), lanes.edge(at, false));
  }
});

test('up and down go to the neighbouring engine and pass over empty ones', () => {
  const columns: Columns = { id: ['a', 'b', 'c'], layer: ['a', 'b', 'c'], name: ['', '', ''], line: [1, 2, 3], engine: [0, 2, 2], start: [10, 0, 20], end: [20, 8, 40] };
  const lanes = new Lanes(columns, 4);
  assert.equal(lanes.across(0, 1), 2);
  assert.equal(lanes.across(1, -1), 0);
  assert.equal(lanes.across(0, -1), 0);
  assert.equal(lanes.across(2, 1), 2);
});

test('ten thousand operations are laid out in bounded work', () => {
  const lanes = new Lanes(schedule(10_000, 4, 3), 4);
  const bars = [0, 1, 2, 3].flatMap(engine => lanes.bars(engine, 0, 0, lanes.end, lanes.end / 1200));
  assert.equal(bars.reduce((sum, bar) => sum + bar.count, 0), 10_000);
  assert.ok(bars.length <= 4 * 2402);
});

test('axis steps are round and lie in the range', () => {
  assert.deepEqual(ticks(0, 100, 5), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(ticks(3, 11, 4), [4, 6, 8, 10]);
  assert.deepEqual(ticks(5, 5, 4), []);
  assert.ok(ticks(0, 1e12, 7).length <= 8);
});
