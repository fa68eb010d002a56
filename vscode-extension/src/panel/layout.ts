// Where operations lie on the time axis. Pure: the canvas, the keyboard and the tests all use it.
import { Columns } from './messages';

/** Bars of fewer pixels than this are not told apart where they touch. */
const narrow = 3;

/** A bar to draw: one operation, or several that are narrower than a pixel together. */
export interface Bar {
  operation: number;
  count: number;
  from: number;
  to: number;
}

/**
 * The operations of one order, by engine and start. Operations of one engine may overlap (DMA queues work side by side): each engine has as
 * many tracks as operations run at the same time, and no two operations of a track overlap.
 */
export class Lanes {
  readonly lanes: Int32Array[];
  readonly tracks: Int32Array[][];
  readonly end: number;
  private readonly trackOf: Int32Array;
  private readonly lines = new Map<number, number[]>();

  constructor(readonly columns: Columns, engines: number) {
    const lists: number[][] = Array.from({ length: engines }, () => []);
    let end = 0;
    for (let i = 0; i < columns.id.length; i++) {
      lists[columns.engine[i]!]?.push(i);
      const line = this.lines.get(columns.line[i]!);
      if (line) {
        line.push(i);
      } else {
        this.lines.set(columns.line[i]!, [i]);
      }
      end = Math.max(end, columns.end[i]!);
    }
    this.end = end;
    this.trackOf = new Int32Array(columns.id.length);
    this.lanes = lists.map(list => Int32Array.from(list).sort((a, b) => columns.start[a]! - columns.start[b]! || a - b));
    this.tracks = this.lanes.map(lane => this.split(lane));
  }

  get count(): number {
    return this.columns.id.length;
  }

  /** Which track of its engine an operation is in. */
  track(operation: number): number {
    return this.trackOf[operation]!;
  }

  /** Puts each operation into the first track that is free when it starts. */
  private split(lane: Int32Array): Int32Array[] {
    const { start, end } = this.columns;
    const tracks: number[][] = [];
    for (const operation of lane) {
      let track = tracks.findIndex(candidate => end[candidate[candidate.length - 1]!]! <= start[operation]!);
      if (track < 0) {
        track = tracks.push([]) - 1;
      }
      tracks[track]!.push(operation);
      this.trackOf[operation] = track;
    }
    return tracks.map(track => Int32Array.from(track));
  }

  /** Place in a track of the first operation that ends after a time. */
  private firstAfter(track: Int32Array, time: number): number {
    let low = 0;
    let high = track.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.columns.end[track[middle]!]! > time) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * The bars of a track between two times, where a pixel is `step` picoseconds. Neighbours that begin within the same pixel become one
   * bar, and so do narrow ones with less than a pixel between them: the work is bounded by the width of the view and by what can be told
   * apart in it, not by the number of operations.
   */
  bars(engine: number, track: number, from: number, to: number, step: number): Bar[] {
    const lane = this.tracks[engine]?.[track];
    const result: Bar[] = [];
    if (!lane) {
      return result;
    }
    const { start, end } = this.columns;
    let joins = false;
    for (let i = this.firstAfter(lane, from); i < lane.length; i++) {
      const operation = lane[i]!;
      if (start[operation]! >= to) {
        break;
      }
      const last = result[result.length - 1];
      const isNarrow = end[operation]! - start[operation]! < narrow * step;
      if (last && (end[operation]! - last.from < step || isNarrow && joins && start[operation]! - last.to < step)) {
        last.to = Math.max(last.to, end[operation]!);
        last.count++;
      } else {
        result.push({ operation, count: 1, from: start[operation]!, to: end[operation]! });
        joins = isNarrow;
      }
    }
    return result;
  }

  /** The operation of a track at a time, or none. `slack` reaches for thin bars beside it. */
  at(engine: number, track: number, time: number, slack = 0): number | undefined {
    const lane = this.tracks[engine]?.[track];
    const operation = lane?.[this.firstAfter(lane, time - slack)];
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
    const distance = (o: number) => Math.max(0, start[o]! - middle, middle - end[o]!);
    for (let e = engine[operation]! + step; e >= 0 && e < this.tracks.length; e += step) {
      const near = this.tracks[e]!.flatMap(track => {
        const place = this.firstAfter(track, middle);
        return [track[place - 1], track[place]].filter(o => o !== undefined);
      });
      if (near.length > 0) {
        return near.reduce((best, o) => (distance(o) < distance(best) ? o : best));
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
  ofLine(line: number): readonly number[] {
    return this.lines.get(line) ?? [];
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
