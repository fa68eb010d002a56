// Where operations lie on the time axis. Pure: the canvas, the keyboard and the tests all use it.
import { Columns } from './messages';

/** A bar to draw: one operation, or several that are narrower than a pixel together. */
export interface Bar {
  operation: number;
  count: number;
  from: number;
  to: number;
}

/** The operations of one order, by engine and start. */
export class Lanes {
  readonly lanes: Int32Array[];
  readonly end: number;

  constructor(readonly columns: Columns, engines: number) {
    const lists: number[][] = Array.from({ length: engines }, () => []);
    let end = 0;
    for (let i = 0; i < columns.id.length; i++) {
      lists[columns.engine[i]!]?.push(i);
      end = Math.max(end, columns.end[i]!);
    }
    this.end = end;
    this.lanes = lists.map(list => Int32Array.from(list).sort((a, b) => columns.start[a]! - columns.start[b]! || a - b));
  }

  get count(): number {
    return this.columns.id.length;
  }

  /** Place in a lane of the first operation that ends after a time. Assumes that operations of one engine do not overlap. */
  private firstAfter(lane: Int32Array, time: number): number {
    let low = 0;
    let high = lane.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.columns.end[lane[middle]!]! > time) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * The bars of an engine between two times, where a pixel is `step` picoseconds. Neighbours that begin within the same pixel become one
   * bar, so that the work is bounded by the width of the view and not by the number of operations in it.
   */
  bars(engine: number, from: number, to: number, step: number): Bar[] {
    const lane = this.lanes[engine];
    const result: Bar[] = [];
    if (!lane) {
      return result;
    }
    const { start, end } = this.columns;
    for (let i = this.firstAfter(lane, from); i < lane.length; i++) {
      const operation = lane[i]!;
      if (start[operation]! >= to) {
        break;
      }
      const last = result[result.length - 1];
      if (last && end[operation]! - last.from < step) {
        last.to = Math.max(last.to, end[operation]!);
        last.count++;
      } else {
        result.push({ operation, count: 1, from: start[operation]!, to: end[operation]! });
      }
    }
    return result;
  }

  /** The operation of an engine at a time, or none. `slack` reaches for thin bars beside it. */
  at(engine: number, time: number, slack = 0): number | undefined {
    const lane = this.lanes[engine];
    if (!lane) {
      return undefined;
    }
    const place = this.firstAfter(lane, time - slack);
    const operation = lane[place];
    return operation !== undefined && this.columns.start[operation]! <= time + slack ? operation : undefined;
  }

  /** The next or previous operation on the same engine; the same one at the end of the lane. */
  beside(operation: number, step: 1 | -1): number {
    const lane = this.lanes[this.columns.engine[operation]!]!;
    return lane[lane.indexOf(operation) + step] ?? operation;
  }

  /** The operation nearest in time on the next engine in a direction that has any; the same one where there is none. */
  across(operation: number, step: 1 | -1): number {
    const { start, end, engine } = this.columns;
    const middle = (start[operation]! + end[operation]!) / 2;
    for (let e = engine[operation]! + step; e >= 0 && e < this.lanes.length; e += step) {
      const lane = this.lanes[e]!;
      if (lane.length > 0) {
        const place = Math.min(this.firstAfter(lane, middle), lane.length - 1);
        const next = lane[place]!;
        const before = lane[place - 1];
        return before !== undefined && start[next]! - middle > middle - end[before]! ? before : next;
      }
    }
    return operation;
  }

  /** First or last operation of the engine that an operation is on. */
  edge(operation: number, last: boolean): number {
    const lane = this.lanes[this.columns.engine[operation]!]!;
    return lane[last ? lane.length - 1 : 0]!;
  }

  /** The operations of a line of the text. */
  ofLine(line: number): number[] {
    const result: number[] = [];
    this.columns.line.forEach((l, i) => l === line && result.push(i));
    return result;
  }
}

/** Round steps for an axis: 1, 2 or 5 times a power of ten, at most `most` of them. */
export function ticks(from: number, to: number, most: number): number[] {
  const span = to - from;
  if (!(span > 0) || most < 1) {
    return [];
  }
  const raw = span / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(candidate => candidate >= raw)!;
  const result: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) {
    result.push(tick);
  }
  return result;
}
