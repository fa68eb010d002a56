// The Schedule view: asks the server for schedules, hands them to the web page, and acts on what is clicked there.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { reveal } from './commands';
import { Columns, FindingMessage, FromView, isFromView, OrderMessage, ScheduleMessage, ToView } from './panel/messages';
import { deviceScheme, Order, Schedule, scheduleRequest } from './protocol';
import { activeDocument, documentOf, networkOf, Target } from './targets';

const viewId = 'nnlang.schedule';

export class ScheduleView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly listeners: vscode.Disposable[];
  private view: vscode.WebviewView | undefined;
  private ready = false;
  private uri: vscode.Uri | undefined;
  private network: string | undefined;
  private shown: Schedule | undefined;
  private asking = 0;
  private stale = true;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly client: LanguageClient,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.uri = activeDocument();
    this.listeners = [
      vscode.window.registerWebviewViewProvider(viewId, this),
      vscode.commands.registerCommand('nnlang.showSchedule', (target: Target) => this.show(target)),
      vscode.window.onDidChangeActiveTextEditor(editor => {
        // The text of a built-in device has no network: what was shown stays.
        if (editor?.document.languageId === 'nnlang' && editor.document.uri.scheme !== deviceScheme) {
          this.turnTo(editor.document.uri, undefined);
        }
      }),
      vscode.window.onDidChangeTextEditorSelection(event => {
        if (event.textEditor.document.uri.toString() === this.uri?.toString()) {
          this.post({ type: 'cursor', line: event.selections[0]!.active.line + 1 });
        }
      }),
    ];
  }

  /** The server has a newer schedule of a document. */
  changed(uri: string): void {
    if (uri === this.uri?.toString()) {
      this.stale = true;
      void this.refresh();
    }
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    this.ready = false;
    view.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.context.extensionUri, 'media')] };
    view.webview.html = this.page(view.webview);
    view.webview.onDidReceiveMessage((message: unknown) => {
      if (isFromView(message)) {
        void this.receive(message);
      } else {
        this.log.warn(`The schedule view sent something unknown: ${JSON.stringify(message)}`);
      }
    });
    view.onDidChangeVisibility(() => void this.refresh());
    view.onDidDispose(() => {
      this.view = undefined;
      this.ready = false;
    });
  }

  dispose(): void {
    this.listeners.forEach(listener => listener.dispose());
  }

  private async show(target: Target): Promise<void> {
    const uri = documentOf(target);
    if (uri) {
      this.turnTo(uri, networkOf(target));
    }
    await vscode.commands.executeCommand(`${viewId}.focus`);
  }

  private turnTo(uri: vscode.Uri, network: string | undefined): void {
    if (uri.toString() !== this.uri?.toString() || network !== undefined && network !== this.network) {
      this.uri = uri;
      this.network = network;
      this.shown = undefined;
      this.stale = true;
    }
    void this.refresh();
  }

  private async receive(message: FromView): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.post({ type: 'init', protocol: 1, uri: this.uri?.toString() ?? '' });
        if (this.shown && !this.stale) {
          this.post(toMessage(this.uri!.toString(), this.shown));
          this.postCursor();
        } else {
          await this.refresh();
        }
        break;
      case 'reveal':
        if (this.uri) {
          await reveal(this.uri, message.line, message.focus);
        }
        break;
      case 'apply':
        await this.apply(message.finding, message.version);
        break;
      case 'leave':
        await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
        break;
    }
  }

  /** Asks for the schedule when it can be seen and is out of date. A hidden view receives nothing. */
  private async refresh(): Promise<void> {
    if (!this.ready || !this.view?.visible || !this.stale) {
      return;
    }
    if (!this.uri) {
      this.post({ type: 'empty', text: 'Open a .nn file to see its schedule.' });
      return;
    }

    const uri = this.uri.toString();
    const turn = ++this.asking;
    this.stale = false;
    try {
      await this.client.start();
      const schedule = await this.client.sendRequest(scheduleRequest, { uri, network: this.network });
      if (turn !== this.asking) {
        return;
      }
      this.shown = schedule ?? undefined;
      if (schedule) {
        this.post(toMessage(uri, schedule));
        this.postCursor();
      } else {
        this.post({ type: 'empty', text: 'No schedule: the network has errors or needs the size of a dimension.' });
      }
    } catch (failure) {
      if (turn === this.asking) {
        this.stale = true;
        this.log.error(`No schedule of ${uri}: ${String(failure)}`);
        this.post({ type: 'empty', text: 'The server did not answer. See the log.' });
      }
    }
  }

  /** Applies the quick fix that the server offers for a finding. */
  private async apply(index: number, version: number): Promise<void> {
    const finding = this.shown?.findings[index];
    if (!this.uri || !finding || version !== this.shown?.version) {
      return;
    }
    // VS Code gives actions without the diagnostics that they fix: asking for the finding's own range narrows them instead.
    const diagnostic = vscode.languages.getDiagnostics(this.uri)
      .find(d => codeOf(d) === finding.code && d.range.start.line === finding.lines[0]! - 1);
    const actions = diagnostic
      ? await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider', this.uri, diagnostic.range, vscode.CodeActionKind.QuickFix.value, 20)
      : [];
    const fitting = actions.filter(candidate => candidate.edit);
    const action = fitting.find(candidate => candidate.isPreferred) ?? fitting[0];
    if (action?.edit) {
      await vscode.workspace.applyEdit(action.edit);
    } else {
      await reveal(this.uri, finding.lines[0]!, true);
      void vscode.window.showWarningMessage(`The text has changed: ${finding.code} has no fix on line ${finding.lines[0]} now.`);
    }
  }

  private postCursor(): void {
    const editor = vscode.window.visibleTextEditors.find(e => e.document.uri.toString() === this.uri?.toString());
    if (editor) {
      this.post({ type: 'cursor', line: editor.selection.active.line + 1 });
    }
  }

  private post(message: ToView): void {
    if (this.ready && this.view?.visible) {
      void this.view.webview.postMessage(message);
    }
  }

  private page(webview: vscode.Webview): string {
    const media = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.context.extensionUri, 'media', name));
    const source = webview.cspSource;
    const csp = `default-src 'none'; script-src ${source}; style-src ${source}; img-src ${source} data:`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<title>Schedule</title>
<link rel="stylesheet" href="${media('schedule.css')}">
</head>
<body data-state="loading" data-page="${randomBytes(4).toString('hex')}">
<main id="root"></main>
<script src="${media('schedule.js')}"></script>
</body>
</html>`;
  }
}

function codeOf(diagnostic: vscode.Diagnostic): string {
  const code = diagnostic.code;
  return String(typeof code === 'object' ? code.value : code);
}

function toMessage(uri: string, schedule: Schedule): ScheduleMessage {
  const engines = schedule.engines.map(engine => engine.name);
  const index = new Map(engines.map((name, i) => [name, i]));
  return {
    type: 'schedule',
    version: schedule.version,
    uri,
    network: schedule.network,
    makespan: schedule.makespan,
    sourceMakespan: schedule.sourceOrderMakespan,
    bound: schedule.lowerBound,
    engines,
    before: toOrder(schedule.sourceOrder, engines, index),
    after: toOrder(schedule.default, engines, index),
    findings: schedule.findings.map((finding): FindingMessage => ({ ...finding })),
  };
}

function toOrder(order: Order, engines: string[], index: Map<string, number>): OrderMessage {
  const columns: Columns = { id: [], layer: [], name: [], line: [], engine: [], start: [], end: [] };
  for (const operation of order.operations) {
    let engine = index.get(operation.engine);
    if (engine === undefined) {
      engine = engines.length;
      index.set(operation.engine, engine);
      engines.push(operation.engine);
    }
    columns.id.push(operation.id);
    columns.layer.push(operation.layer);
    columns.name.push(operation.name);
    columns.line.push(operation.line);
    columns.engine.push(engine);
    columns.start.push(operation.start);
    columns.end.push(operation.end);
  }
  return { operations: columns, makespan: order.makespan, memory: order.memory };
}
