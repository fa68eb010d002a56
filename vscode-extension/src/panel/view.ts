// The page around the timeline: toolbar, keyboard, findings, table. What a screen reader hears is made here.
import { bytes, count, micros, percentOver, time } from './format';
import { Lanes } from './layout';
import { FindingMessage, FromView, ScheduleMessage } from './messages';
import { Mode, Selection, Timeline } from './timeline';

const rowsPerPage = 200;

interface Saved {
  mode: Mode;
  table: boolean;
  /** The network that range and selection belong to. */
  network?: string;
  range?: [number, number];
  selected?: string;
}

interface Host {
  send(message: FromView): void;
  load(): Saved | undefined;
  save(state: Saved): void;
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const result = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    result.setAttribute(name, value);
  }
  result.append(...children);
  return result;
}

function nameOf(schedule: ScheduleMessage): string {
  return `${schedule.uri}#${schedule.network}`;
}

export class View {
  private readonly summary = element('p', { id: 'summary', class: 'summary' });
  private readonly current = element('div', { id: 'current', role: 'option', 'aria-selected': 'true', class: 'hidden-text' }, 'no operation selected');
  private readonly canvas = element('canvas', { id: 'canvas', 'aria-hidden': 'true' });
  private readonly chart = element('div', {
    id: 'chart', role: 'listbox', tabindex: '0', 'aria-label': 'Operations by engine and time', 'aria-activedescendant': 'current',
  }, this.canvas, this.current);
  private readonly hint = element('p', { id: 'hint', class: 'hint' });
  private readonly findings = element('ul', { id: 'findings', 'aria-label': 'Findings' });
  private readonly table = element('div', { id: 'table' });
  private readonly empty = element('p', { id: 'empty' }, 'Waiting for the schedule.');
  private readonly content = element('div', { id: 'content' });
  private readonly modes = new Map<Mode, HTMLButtonElement>();
  private readonly tableToggle = element('button', { type: 'button', 'aria-pressed': 'false', id: 'as-table' }, 'Table');
  private readonly timeline: Timeline;
  private schedule: ScheduleMessage | undefined;
  private page = 0;
  private asTable = false;
  private frames = 0;
  private drag: { x: number; range: [number, number]; moved: boolean } | undefined;

  constructor(root: HTMLElement, private readonly host: Host) {
    this.timeline = new Timeline(this.canvas, milliseconds => this.onDrawn(milliseconds));
    this.content.append(element('h1', { class: 'hidden-text' }, 'Schedule'), this.toolbar(), this.chart, this.hint, this.table, this.findings);
    root.append(this.empty, this.content);
    const saved = host.load();
    if (saved) {
      this.timeline.mode = saved.mode;
      this.asTable = saved.table;
    }
    this.listen();
    this.showState('empty');
  }

  get seen(): number {
    return this.schedule?.version ?? 0;
  }

  showEmpty(text: string): void {
    this.schedule = undefined;
    this.empty.textContent = text;
    this.showState('empty');
  }

  showSchedule(schedule: ScheduleMessage): void {
    const same = this.schedule?.uri === schedule.uri && this.schedule.network === schedule.network;
    const stored = this.schedule ? undefined : this.host.load();
    const saved = stored?.network === nameOf(schedule) ? stored : undefined;
    const kept = same ? this.idOf(this.timeline.selection) : saved?.selected;
    this.schedule = schedule;
    const engines = schedule.engines.length;
    this.timeline.show(schedule.engines, new Lanes(schedule.before.operations, engines), new Lanes(schedule.after.operations, engines), same);
    if (saved?.range && saved.range[1] <= this.timeline.end * 1.0001) {
      this.timeline.setRange(...saved.range);
    }
    this.select(this.find(kept) ?? this.first(), false);
    this.page = 0;
    this.renderSummary();
    this.renderFindings();
    this.setMode(this.timeline.mode);
    this.setTable(this.asTable);
    this.showState('ready');
    document.body.dataset['version'] = String(schedule.version);
    document.body.dataset['operations'] = String(schedule.after.operations.id.length);
    document.body.dataset['makespan'] = String(schedule.makespan);
    document.body.dataset['sourceMakespan'] = String(schedule.sourceMakespan);
  }

  follow(line: number): void {
    document.body.dataset['cursorOperations'] = String(this.schedule ? this.timeline.follow(line) : 0);
    document.body.dataset['cursor'] = String(line);
  }

  retheme(): void {
    this.timeline.retheme();
    document.body.dataset['themeSeen'] = document.body.dataset['vscodeThemeId'] ?? document.body.className;
  }

  private toolbar(): HTMLElement {
    const modeGroup = element('div', { role: 'group', 'aria-label': 'Order', class: 'group' });
    const titles: Record<Mode, string> = {
      before: 'Source order: the streams follow the text',
      after: 'Default order: what a program gets',
      both: 'Both orders, the source order above',
    };
    for (const mode of ['before', 'after', 'both'] as const) {
      const button = element('button', { type: 'button', 'aria-pressed': 'false', title: titles[mode], 'data-mode': mode }, mode);
      button.addEventListener('click', () => this.setMode(mode));
      this.modes.set(mode, button);
      modeGroup.append(button);
    }
    const button = (label: string, title: string, run: () => void) => {
      const result = element('button', { type: 'button', title, 'aria-label': title }, label);
      result.addEventListener('click', run);
      return result;
    };
    const zoomGroup = element('div', { role: 'group', 'aria-label': 'Zoom', class: 'group' },
      button('+', 'Zoom in', () => this.zoom(0.5)), button('−', 'Zoom out', () => this.zoom(2)), button('fit', 'Zoom to fit: show everything', () => this.fit()));
    this.tableToggle.title = 'Show the operations as a table';
    this.tableToggle.addEventListener('click', () => this.setTable(!this.asTable));
    return element('div', { class: 'toolbar' }, modeGroup, zoomGroup, this.tableToggle, this.summary);
  }

  private listen(): void {
    this.chart.addEventListener('keydown', event => this.onKey(event));
    this.canvas.addEventListener('pointerdown', event => {
      this.drag = { x: event.offsetX, range: this.timeline.range, moved: false };
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener('pointermove', event => this.onMove(event));
    this.canvas.addEventListener('pointerup', event => {
      const drag = this.drag;
      this.drag = undefined;
      if (drag && !drag.moved) {
        this.onClick(event);
      } else {
        this.remember();
      }
    });
    this.canvas.addEventListener('wheel', event => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        this.timeline.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.timeline.timeAt(event.offsetX));
      } else {
        this.timeline.pan((event.deltaX || event.deltaY) / 1000);
      }
      this.remember();
    }, { passive: false });
    new ResizeObserver(() => this.timeline.request()).observe(this.chart);
    new MutationObserver(() => this.retheme()).observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  }

  private onMove(event: PointerEvent): void {
    if (this.drag) {
      if (Math.abs(event.offsetX - this.drag.x) > 3) {
        this.drag.moved = true;
      }
      if (this.drag.moved) {
        const [from, to] = this.drag.range;
        const by = (this.drag.x - event.offsetX) * (to - from) / this.canvas.clientWidth;
        this.timeline.setRange(from + by, to + by);
      }
      return;
    }
    const hit = this.timeline.hit(event.offsetX, event.offsetY);
    this.canvas.title = hit ? this.describe(hit) : '';
  }

  private onClick(event: PointerEvent): void {
    const hit = this.timeline.hit(event.offsetX, event.offsetY);
    if (hit) {
      this.select(hit, false);
      this.host.send({ type: 'reveal', line: this.lineOf(hit), focus: false });
    }
  }

  private onKey(event: KeyboardEvent): void {
    const selection = this.timeline.selection ?? this.first();
    const lanes = selection && this.timeline.order(selection.order);
    if (!selection || !lanes || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const move = (operation: number) => this.select({ order: selection.order, operation }, true);
    const keys: Record<string, () => void> = {
      ArrowLeft: () => move(lanes.beside(selection.operation, -1)),
      ArrowRight: () => move(lanes.beside(selection.operation, 1)),
      ArrowUp: () => move(lanes.across(selection.operation, -1)),
      ArrowDown: () => move(lanes.across(selection.operation, 1)),
      Home: () => move(lanes.edge(selection.operation, false)),
      End: () => move(lanes.edge(selection.operation, true)),
      '+': () => this.zoom(0.5),
      '=': () => this.zoom(0.5),
      '-': () => this.zoom(2),
      f: () => this.nextFinding(),
      F: () => this.nextFinding(),
      Enter: () => this.host.send({ type: 'reveal', line: this.lineOf(selection), focus: true }),
      Escape: () => this.host.send({ type: 'leave' }),
    };
    const run = keys[event.key];
    if (run) {
      event.preventDefault();
      run();
    }
  }

  private zoom(factor: number): void {
    const selection = this.timeline.selection;
    const columns = selection && this.timeline.order(selection.order)?.columns;
    const [from, to] = this.timeline.range;
    const middle = columns ? (columns.start[selection.operation]! + columns.end[selection.operation]!) / 2 : (from + to) / 2;
    this.timeline.zoom(factor, middle >= from && middle <= to ? middle : undefined);
    this.remember();
  }

  private fit(): void {
    this.timeline.fit();
    this.remember();
  }

  private setMode(mode: Mode): void {
    this.timeline.mode = mode;
    for (const [name, button] of this.modes) {
      button.setAttribute('aria-pressed', String(name === mode));
    }
    document.body.dataset['mode'] = mode;
    const selection = this.timeline.selection;
    if (selection && !this.timeline.orders.includes(selection.order)) {
      this.select(this.find(this.idOf(selection)) ?? this.first(), false);
    }
    this.renderSummary();
    this.timeline.request();
    this.page = 0;
    this.renderTable();
    this.remember();
  }

  private setTable(on: boolean): void {
    this.asTable = on;
    this.tableToggle.setAttribute('aria-pressed', String(on));
    this.renderTable();
    this.remember();
  }

  private select(selection: Selection | undefined, scroll: boolean): void {
    this.timeline.selection = selection;
    const text = selection ? this.describe(selection) : 'no operation selected';
    this.current.textContent = text;
    this.hint.textContent = text;
    document.body.dataset['selected'] = this.idOf(selection) ?? '';
    if (selection && scroll) {
      this.timeline.bring(selection.order, selection.operation);
    }
    this.timeline.request();
    this.remember();
  }

  private nextFinding(): void {
    const buttons = [...this.findings.querySelectorAll<HTMLButtonElement>('button.finding')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[(at + 1) % buttons.length]?.focus();
  }

  private renderSummary(): void {
    const schedule = this.schedule;
    if (!schedule) {
      return;
    }
    const before = this.timeline.mode === 'before';
    const makespan = before ? schedule.sourceMakespan : schedule.makespan;
    const parts = [`${micros(makespan, 1)} µs`, `bound ${micros(schedule.bound, 1)}`, makespan > schedule.bound ? `${percentOver(makespan, schedule.bound)} over` : 'at the bound'];
    if (this.timeline.mode === 'both') {
      parts.push(`source order ${micros(schedule.sourceMakespan, 1)} µs`);
    }
    for (const memory of (before ? schedule.before : schedule.after).memory) {
      parts.push(`${memory.name} peak ${bytes(memory.peak)} of ${bytes(memory.capacity)}`);
    }
    this.summary.textContent = parts.join(' · ');
  }

  private renderFindings(): void {
    const schedule = this.schedule!;
    this.findings.replaceChildren(...schedule.findings.map((finding, index) => this.findingItem(finding, index)));
    if (schedule.findings.length === 0) {
      this.findings.append(element('li', { class: 'none' }, 'No findings.'));
    }
    document.body.dataset['findings'] = String(schedule.findings.length);
  }

  private findingItem(finding: FindingMessage, index: number): HTMLElement {
    const [first = '', ...rest] = finding.message.split('\n');
    const order = finding.schedule === 'default' ? '' : ' (source order)';
    const go = element('button', { type: 'button', class: 'finding', 'data-code': finding.code, title: `Go to line ${finding.lines[0]}` },
      element('span', { class: `severity ${finding.severity}`, 'aria-hidden': 'true' }), `${first}${order}`);
    if (rest.length > 0) {
      go.append(element('span', { class: 'second' }, rest.join(' ')));
    }
    go.addEventListener('click', () => this.host.send({ type: 'reveal', line: finding.lines[0] ?? 1, focus: false }));
    const item = element('li', {}, go);
    if (finding.saving !== undefined && finding.saving > 0 || finding.severity === 'warning') {
      const label = finding.saving ? `Apply: saves ${time(finding.saving)}` : 'Apply';
      const apply = element('button', { type: 'button', class: 'apply', 'aria-label': `${label}, ${finding.code} on line ${finding.lines[0]}` }, 'Apply');
      apply.addEventListener('click', () => this.host.send({ type: 'apply', finding: index, version: this.schedule!.version }));
      item.append(apply);
    }
    return item;
  }

  /** The same data as a table, a page at a time, so that 10,000 rows are never in the document together. */
  private renderTable(): void {
    this.table.replaceChildren();
    document.body.dataset['table'] = String(this.asTable);
    const order = this.timeline.orders[this.timeline.orders.length - 1]!;
    const lanes = this.timeline.order(order);
    if (!this.asTable || !lanes || !this.schedule) {
      return;
    }
    const { columns } = lanes;
    const sorted = columns.id.map((_, i) => i).sort((a, b) => columns.start[a]! - columns.start[b]!);
    const pages = Math.max(1, Math.ceil(sorted.length / rowsPerPage));
    this.page = Math.min(this.page, pages - 1);
    const shown = sorted.slice(this.page * rowsPerPage, (this.page + 1) * rowsPerPage);
    const head = element('tr', {}, ...['Layer', 'Operation', 'Engine', 'Start µs', 'End µs', 'Line'].map(title => element('th', { scope: 'col' }, title)));
    const rows = shown.map(i => {
      const line = element('button', { type: 'button', 'aria-label': `Go to line ${columns.line[i]}` }, String(columns.line[i]));
      line.addEventListener('click', () => {
        this.select({ order, operation: i }, true);
        this.host.send({ type: 'reveal', line: columns.line[i]!, focus: true });
      });
      return element('tr', {},
        element('th', { scope: 'row' }, columns.layer[i]!), element('td', {}, columns.name[i]!), element('td', {}, this.schedule!.engines[columns.engine[i]!]!),
        element('td', { class: 'number' }, micros(columns.start[i]!, 2)), element('td', { class: 'number' }, micros(columns.end[i]!, 2)), element('td', {}, line));
    });
    const caption = `Operations ${count(this.page * rowsPerPage + (shown.length ? 1 : 0))} to ${count(this.page * rowsPerPage + shown.length)} of ${count(sorted.length)}`;
    const turn = (label: string, to: number) => {
      const result = element('button', { type: 'button' }, label);
      result.disabled = to < 0 || to >= pages;
      result.addEventListener('click', () => {
        this.page = to;
        this.renderTable();
      });
      return result;
    };
    this.table.append(
      element('table', {}, element('caption', {}, caption), element('thead', {}, head), element('tbody', {}, ...rows)),
      element('div', { class: 'toolbar' }, turn('Previous page', this.page - 1), turn('Next page', this.page + 1)));
  }

  private describe(selection: Selection): string {
    const { layer, name, engine, start, end, line } = this.timeline.order(selection.order)!.columns;
    const i = selection.operation;
    return `${layer[i]}: ${name[i]}, ${this.schedule!.engines[engine[i]!]} engine, ${micros(start[i]!, 1)} to ${micros(end[i]!, 1)} µs, line ${line[i]}`;
  }

  private lineOf(selection: Selection): number {
    return this.timeline.order(selection.order)!.columns.line[selection.operation]!;
  }

  private idOf(selection: Selection | undefined): string | undefined {
    return selection && this.timeline.order(selection.order)?.columns.id[selection.operation];
  }

  private find(id: string | undefined): Selection | undefined {
    for (const order of this.timeline.orders) {
      const operation = id === undefined ? -1 : this.timeline.order(order)?.columns.id.indexOf(id) ?? -1;
      if (operation >= 0) {
        return { order, operation };
      }
    }
    return undefined;
  }

  private first(): Selection | undefined {
    const order = this.timeline.orders[0]!;
    const lane = this.timeline.order(order)?.lanes.find(candidate => candidate.length > 0);
    return lane ? { order, operation: lane[0]! } : undefined;
  }

  private showState(state: 'empty' | 'ready'): void {
    this.empty.hidden = state !== 'empty';
    this.content.hidden = state !== 'ready';
    document.body.dataset['state'] = state;
  }

  private onDrawn(milliseconds: number): void {
    document.body.dataset['frames'] = String(++this.frames);
    document.body.dataset['drawMs'] = milliseconds.toFixed(2);
    if (this.timeline.selection) {
      const { x, y } = this.timeline.place(this.timeline.selection);
      document.body.dataset['selectedAt'] = `${x.toFixed(0)},${y.toFixed(0)}`;
    }
  }

  private remember(): void {
    if (this.schedule) {
      this.host.save({ mode: this.timeline.mode, table: this.asTable, network: nameOf(this.schedule), range: this.timeline.range, selected: this.idOf(this.timeline.selection) });
    }
  }
}
