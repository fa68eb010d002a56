// The messages that NNLang adds to the Language Server Protocol. Times are picoseconds, sizes bytes, lines count from 1.
import { NotificationType, RequestType } from 'vscode-languageclient/node';

export interface Status {
  uri: string;
  device: string;
  makespanPs?: number;
  state: 'ready' | 'compiling' | 'errors';
  errors?: number;
  text: string;
}

export interface Operation {
  id: string;
  layer: string;
  line: number;
  engine: string;
  name: string;
  start: number;
  end: number;
}

export interface Memory {
  name: string;
  capacity: number;
  peak: number;
}

export interface Order {
  operations: Operation[];
  makespan: number;
  memory: Memory[];
}

export interface Finding {
  code: string;
  severity: 'warning' | 'information' | 'hint';
  message: string;
  lines: number[];
  saving?: number;
  schedule: 'default' | 'sourceOrder';
}

export interface Schedule {
  version: number;
  unit: 'ps';
  network: string;
  makespan: number;
  sourceOrderMakespan: number;
  lowerBound: number;
  engines: { name: string; busy: number }[];
  default: Order;
  sourceOrder: Order;
  findings: Finding[];
}

export interface NetworkName {
  name: string;
  line: number;
}

/** The scheme of texts of built-in devices: what a definition in one is told by. */
export const deviceScheme = 'nnlang-device';

export const statusNotification = new NotificationType<Status>('nnlang/status');
export const scheduleChanged = new NotificationType<{ uri: string; version: number }>('nnlang/scheduleChanged');
export const scheduleRequest = new RequestType<{ uri: string; network?: string }, Schedule | null, void>('nnlang/schedule');
export const networksRequest = new RequestType<{ uri: string }, { networks: NetworkName[] }, void>('nnlang/networks');
export const explainRequest = new RequestType<{ code: string }, { markdown: string } | null, void>('nnlang/explain');
export const deviceTextRequest = new RequestType<{ name: string }, { text: string } | null, void>('nnlang/deviceText');
