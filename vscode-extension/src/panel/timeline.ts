// Draws engines over time and knows what is where. It holds what can be seen (zoom, mode, selection), not the schedule's text.
import { Bar, Lanes, ticks } from './layout';
import { micros } from './format';
import { readTheme, Theme } from './theme';

export type Mode = 'before' | 'after' | 'both';

export interface Selection {
  order: 'before' | 'after';
  operation: number;
}

const gutter = 78;
const axis = 18;
const fullRow = 22;

export class Timeline {
  private theme: Theme = readTheme();
  private engines: string[] = [];
  private colours: { fill: string; text: string }[] = [];
  private lanes: Record<'before' | 'after', Lanes | undefined> = { before: undefined, after: undefined };
  private from = 0;
  private to = 1;
  private pending = false;
  private cursorLine = 0;
  mode: Mode = 'after';
  selection: Selection | undefined;

  constructor(private readonly canvas: HTMLCanvasElement, private readonly drawn: (milliseconds: number) => void) {}

  get end(): number {
    return Math.max(this.lanes.before?.end ?? 0, this.lanes.after?.end ?? 0, 1);
  }

  get range(): [number, number] {
    return [this.from, this.to];
  }

  /** Orders that the mode shows, from top to bottom. */
  get orders(): ('before' | 'after')[] {
    return this.mode === 'both' ? ['before', 'after'] : [this.mode];
  }

  order(name: 'before' | 'after'): Lanes | undefined {
    return this.lanes[name];
  }

  show(engines: string[], before: Lanes, after: Lanes, keepRange: boolean): void {
    this.engines = engines;
    this.colours = engines.map(name => this.theme.engine(name));
    this.lanes = { before, after };
    if (!keepRange || this.to > this.end * 1.0001) {
      this.from = 0;
      this.to = this.end;
    }
    this.request();
  }

  setRange(from: number, to: number): void {
    const span = Math.min(Math.max(to - from, 1000), this.end);
    this.from = Math.min(Math.max(0, from), this.end - span);
    this.to = this.from + span;
    this.request();
  }

  zoom(factor: number, at = (this.from + this.to) / 2): void {
    this.setRange(at - (at - this.from) * factor, at + (this.to - at) * factor);
  }

  pan(fraction: number): void {
    const by = (this.to - this.from) * fraction;
    this.setRange(this.from + by, this.to + by);
  }

  fit(): void {
    this.setRange(0, this.end);
  }

  /** Scrolls as little as needed to have an operation in view. */
  bring(order: 'before' | 'after', operation: number): void {
    const lanes = this.lanes[order];
    if (!lanes) {
      return;
    }
    const start = lanes.columns.start[operation]!;
    const end = lanes.columns.end[operation]!;
    if (end < this.from || start > this.to) {
      const span = this.to - this.from;
      this.setRange((start + end - span) / 2, (start + end + span) / 2);
    }
    this.request();
  }

  /** Marks the operations of a line; scrolls only if none of them is in view. */
  follow(line: number): number {
    this.cursorLine = line;
    let found = 0;
    for (const order of this.orders) {
      const lanes = this.lanes[order];
      const operations = lanes?.ofLine(line) ?? [];
      found += operations.length;
      if (lanes && operations.length > 0 && !operations.some(o => lanes.columns.end[o]! >= this.from && lanes.columns.start[o]! <= this.to)) {
        this.bring(order, operations[0]!);
      }
    }
    this.request();
    return found;
  }

  /** What lies under a point of the canvas. */
  hit(x: number, y: number): Selection | undefined {
    const row = Math.floor(y / this.rowHeight);
    const engine = Math.floor(row / this.orders.length);
    const order = this.orders[row % this.orders.length];
    if (!order || x < gutter || engine >= this.engines.length) {
      return undefined;
    }
    const step = (this.to - this.from) / this.width;
    const lanes = this.lanes[order];
    const tracks = lanes?.tracks[engine]?.length ?? 0;
    const track = Math.min(tracks - 1, Math.floor((y / this.rowHeight - row) * tracks));
    const operation = lanes?.at(engine, track, this.from + (x - gutter) * step, 2 * step);
    return operation === undefined ? undefined : { order, operation };
  }

  /** The time under a point of the canvas. */
  timeAt(x: number): number {
    return this.from + (x - gutter) * (this.to - this.from) / this.width;
  }

  /** The middle of an operation's bar, in the canvas's own pixels: where a test or a tooltip points. */
  place(selection: Selection): { x: number; y: number } {
    const lanes = this.lanes[selection.order]!;
    const columns = lanes.columns;
    const tracks = lanes.tracks[columns.engine[selection.operation]!]!.length;
    const middle = (columns.start[selection.operation]! + columns.end[selection.operation]!) / 2;
    const row = columns.engine[selection.operation]! * this.orders.length + Math.max(0, this.orders.indexOf(selection.order));
    return { x: gutter + (middle - this.from) / (this.to - this.from) * this.width, y: (row + (lanes.track(selection.operation) + 0.5) / tracks) * this.rowHeight };
  }

  retheme(): void {
    this.theme = readTheme();
    this.colours = this.engines.map(name => this.theme.engine(name));
    this.request();
  }

  /** Draws with the next frame; any number of requests make one. */
  request(): void {
    if (!this.pending) {
      this.pending = true;
      requestAnimationFrame(() => {
        this.pending = false;
        const start = performance.now();
        this.draw();
        this.drawn(performance.now() - start);
      });
    }
  }

  private get width(): number {
    return Math.max(1, this.canvas.clientWidth - gutter - 6);
  }

  private get rowHeight(): number {
    return this.mode === 'both' ? fullRow * 0.75 : fullRow;
  }

  /** Height that all rows and the axis need. */
  get height(): number {
    return Math.ceil(this.engines.length * this.orders.length * this.rowHeight) + axis;
  }

  private draw(): void {
    const scale = window.devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    const height = this.height;
    const pixels = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))] as const;
    if (this.canvas.width !== pixels[0] || this.canvas.height !== pixels[1]) {
      // Setting a size makes a new picture, even the same size: it costs more than drawing.
      this.canvas.style.height = `${height}px`;
      [this.canvas.width, this.canvas.height] = pixels;
    }
    const context = this.canvas.getContext('2d');
    if (!context) {
      return;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `11px ${this.theme.font}`;
    context.textBaseline = 'middle';
    this.drawAxis(context, height);
    let row = 0;
    for (let engine = 0; engine < this.engines.length; engine++) {
      const top = row * this.rowHeight;
      context.fillStyle = this.theme.foreground;
      context.fillText(this.engines[engine]!, 4, top + this.rowHeight * this.orders.length / 2, gutter - 8);
      for (const order of this.orders) {
        this.drawLane(context, order, engine, row * this.rowHeight);
        row++;
      }
      context.strokeStyle = this.theme.line;
      context.globalAlpha = this.theme.contrast ? 1 : 0.4;
      context.beginPath();
      context.moveTo(0, Math.round(row * this.rowHeight) + 0.5);
      context.lineTo(width, Math.round(row * this.rowHeight) + 0.5);
      context.stroke();
      context.globalAlpha = 1;
    }
  }

  private drawAxis(context: CanvasRenderingContext2D, height: number): void {
    const step = (this.to - this.from) / this.width;
    context.textAlign = 'center';
    const decimals = this.to - this.from < 5e6 ? 2 : this.to - this.from < 5e7 ? 1 : 0;
    for (const tick of ticks(this.from, this.to, Math.max(1, Math.floor(this.width / 110)))) {
      const x = Math.round(gutter + (tick - this.from) / step) + 0.5;
      context.strokeStyle = this.theme.line;
      context.globalAlpha = 0.3;
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, height - axis);
      context.stroke();
      context.globalAlpha = 1;
      context.fillStyle = this.theme.muted;
      context.fillText(`${micros(tick, decimals)} µs`, Math.min(x, gutter + this.width - 24), height - axis / 2);
    }
    context.textAlign = 'left';
  }

  private drawLane(context: CanvasRenderingContext2D, order: 'before' | 'after', engine: number, rowTop: number): void {
    const lanes = this.lanes[order];
    const tracks = lanes?.tracks[engine]?.length ?? 0;
    if (!lanes || tracks === 0) {
      return;
    }
    const step = (this.to - this.from) / this.width;
    const colour = this.colours[engine]!;
    const inset = this.mode === 'both' ? 1.5 : 3;
    const space = this.rowHeight - 2 * inset;
    const height = tracks === 1 ? space : Math.max(1, space / tracks - 0.5);
    const topOf = (track: number) => rowTop + inset + track * space / tracks;
    const left = (from: number) => gutter + Math.max(0, (from - this.from) / step);
    const width = (from: number, to: number) => Math.max(1, gutter + Math.min(this.width, (to - this.from) / step) - left(from));
    const rows = Array.from({ length: tracks }, (_, track) => lanes.bars(engine, track, this.from, this.to, step));

    // One style after the other for all bars: changing it for every bar is what costs.
    context.fillStyle = colour.fill;
    context.globalAlpha = order === 'before' && this.mode === 'both' ? 0.65 : 1;
    rows.forEach((bars, track) => {
      for (const { from, to } of bars) {
        context.fillRect(left(from), topOf(track), width(from, to), height);
      }
    });
    context.globalAlpha = 1;
    if (this.theme.contrast && height > 4) {
      context.strokeStyle = this.theme.contrast;
      rows.forEach((bars, track) => {
        for (const { from, to } of bars) {
          if (width(from, to) > 3) {
            context.strokeRect(left(from) + 0.5, topOf(track) + 0.5, width(from, to) - 1, height - 1);
          }
        }
      });
    }
    if (tracks === 1) {
      this.drawNames(context, lanes, rows[0]!, colour.text, rowTop, left, width);
    }

    context.strokeStyle = this.theme.focus;
    const outline = (operation: number, weight: number) => {
      const start = lanes.columns.start[operation]!;
      const end = lanes.columns.end[operation]!;
      if (lanes.columns.engine[operation] === engine && end >= this.from && start <= this.to) {
        context.lineWidth = weight;
        context.strokeRect(left(start) + 0.5, topOf(lanes.track(operation)) - 0.5, Math.max(2, width(start, end) - 1), height + 1);
      }
    };
    this.drawMarks(context, lanes, engine, left, width, outline, topOf, height);
    if (this.selection?.order === order) {
      outline(this.selection.operation, 2);
    }
    context.lineWidth = 1;
  }

  /** Marks the operations of the cursor's line: a frame, or a stroke under what is too narrow for one. */
  private drawMarks(
    context: CanvasRenderingContext2D, lanes: Lanes, engine: number, left: (from: number) => number, width: (from: number, to: number) => number,
    outline: (operation: number, weight: number) => void, topOf: (track: number) => number, height: number,
  ): void {
    const { start, end, engine: engines } = lanes.columns;
    context.fillStyle = this.theme.focus;
    for (const operation of lanes.ofLine(this.cursorLine)) {
      if (engines[operation] !== engine || end[operation]! < this.from || start[operation]! > this.to) {
        continue;
      }
      const wide = width(start[operation]!, end[operation]!);
      if (wide >= 4) {
        outline(operation, 1);
      } else {
        context.fillRect(left(start[operation]!), topOf(lanes.track(operation)) + height - 1, Math.max(2, wide), 2);
      }
    }
  }

  private drawNames(
    context: CanvasRenderingContext2D, lanes: Lanes, bars: Bar[], colour: string, top: number,
    left: (from: number) => number, width: (from: number, to: number) => number,
  ): void {
    context.fillStyle = colour;
    for (const { operation, count, from, to } of bars) {
      const wide = width(from, to);
      if (count === 1 && wide > 36) {
        context.save();
        context.beginPath();
        context.rect(left(from), top, wide - 3, this.rowHeight);
        context.clip();
        context.fillText(lanes.columns.layer[operation]!, left(from) + 4, top + this.rowHeight / 2);
        context.restore();
      }
    }
  }
}
