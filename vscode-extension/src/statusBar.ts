// The device and makespan of the active document, and what the server is doing.
import * as vscode from 'vscode';
import { time } from './panel/format';
import { Status } from './protocol';

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('nnlang.status', vscode.StatusBarAlignment.Left, 10);
  private readonly language = vscode.languages.createLanguageStatusItem('nnlang.state', { language: 'nnlang' });
  private readonly latest = new Map<string, Status>();
  private readonly listeners: vscode.Disposable[] = [];

  constructor() {
    this.item.name = 'NNLang';
    this.item.command = 'nnlang.statusMenu';
    this.language.name = 'NNLang';
    this.language.command = { command: 'nnlang.showLog', title: 'Show log' };
    this.serverState('starting');
    this.listeners.push(
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
      vscode.workspace.onDidCloseTextDocument(document => this.latest.delete(document.uri.toString())),
    );
  }

  update(status: Status): void {
    this.latest.set(status.uri, status);
    this.show();
  }

  serverState(state: 'starting' | 'running' | 'stopped'): void {
    const running = state === 'running';
    this.language.busy = state === 'starting';
    this.language.text = running ? 'Ready' : state === 'starting' ? 'Starting' : 'Server stopped';
    this.language.severity = state === 'stopped' ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    if (!running) {
      this.latest.clear();
    }
    this.show();
  }

  dispose(): void {
    this.item.dispose();
    this.language.dispose();
    this.listeners.forEach(listener => listener.dispose());
  }

  private show(): void {
    const document = vscode.window.activeTextEditor?.document;
    const status = document?.languageId === 'nnlang' ? this.latest.get(document.uri.toString()) : undefined;
    if (!status) {
      // Focus in a panel is no reason to take the figures away; another kind of file is.
      if (document && document.languageId !== 'nnlang' || !vscode.window.visibleTextEditors.some(e => e.document.languageId === 'nnlang')) {
        this.item.hide();
      }
      return;
    }

    this.item.text = `$(circuit-board) ${status.text}`;
    this.item.accessibilityInformation = { label: `NNLang: device ${status.device}, ${spoken(status)}`, role: 'button' };
    this.item.tooltip = status.state === 'errors' ? `${status.errors} errors` : `Makespan on ${status.device}`;
    this.language.busy = status.state === 'compiling';
    this.language.text = status.state === 'compiling' ? 'Compiling' : 'Ready';
    this.item.show();
  }
}

function spoken(status: Status): string {
  if (status.makespanPs === undefined) {
    return status.state === 'errors' ? `${status.errors ?? 'some'} errors` : 'no makespan yet';
  }
  const words = { ns: 'nanoseconds', µs: 'microseconds', ms: 'milliseconds', s: 'seconds', ps: 'picoseconds' };
  return `makespan ${time(status.makespanPs).replace(/ (\S+)$/, (_, unit: keyof typeof words) => ` ${words[unit]}`)}`;
}
