// What the schedule view and the extension say to each other. Operations travel as columns: 10,000 objects would be 1.1 MB.

export interface Columns {
  id: string[];
  layer: string[];
  name: string[];
  line: number[];
  engine: number[];
  start: number[];
  end: number[];
}

export interface OrderMessage {
  operations: Columns;
  makespan: number;
  memory: { name: string; capacity: number; peak: number }[];
}

export interface FindingMessage {
  code: string;
  severity: string;
  message: string;
  lines: number[];
  saving?: number;
  schedule: 'default' | 'sourceOrder';
}

export interface ScheduleMessage {
  type: 'schedule';
  version: number;
  uri: string;
  network: string;
  makespan: number;
  sourceMakespan: number;
  bound: number;
  engines: string[];
  before: OrderMessage;
  after: OrderMessage;
  findings: FindingMessage[];
}

export type ToView =
  | { type: 'init'; protocol: 1; uri: string }
  | ScheduleMessage
  | { type: 'empty'; text: string }
  | { type: 'cursor'; line: number };

export type FromView =
  | { type: 'ready'; seen: number }
  | { type: 'reveal'; line: number; focus: boolean }
  | { type: 'apply'; finding: number; version: number }
  | { type: 'leave' };

/** Whether a value is a message that the extension understands. */
export function isFromView(value: unknown): value is FromView {
  const message = value as Partial<Record<string, unknown>> | null;
  if (typeof message !== 'object' || message === null) {
    return false;
  }
  switch (message.type) {
    case 'ready': return typeof message.seen === 'number';
    case 'reveal': return typeof message.line === 'number' && typeof message.focus === 'boolean';
    case 'apply': return typeof message.finding === 'number' && typeof message.version === 'number';
    case 'leave': return true;
    default: return false;
  }
}
