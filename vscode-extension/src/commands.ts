// Commands that are neither about debugging nor about the schedule.
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { deviceScheme, deviceTextRequest, explainRequest } from './protocol';

const explainScheme = 'nnlang-explain';

/** What the lens of a block hands over. */
interface BlockTarget {
  uri: string;
  block: string;
  instances: string[];
}

export function registerCommands(context: vscode.ExtensionContext, client: LanguageClient, log: vscode.LogOutputChannel): void {
  const register = (name: string, run: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, run));

  register('nnlang.openSample', () => openSample(context));
  register('nnlang.restartServer', () => client.restart());
  register('nnlang.showLog', () => log.show(true));
  register('nnlang.explain', (code?: string) => explain(code));
  register('nnlang.reveal', (target: { uri: string; line: number }) => reveal(vscode.Uri.parse(target.uri), target.line, true));
  register('nnlang.chooseInstance', (target?: BlockTarget) => chooseInstance(client, target));
  register('nnlang.chooseDevice', () => chooseDevice());
  register('nnlang.statusMenu', () => statusMenu());
  context.subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(explainScheme, {
    provideTextDocumentContent: async uri => {
      const code = uri.path.slice(1).replace(/\.md$/, '');
      const page = await client.sendRequest(explainRequest, { code });
      return page?.markdown ?? `There is no diagnostic ${code}.`;
    },
  }), vscode.workspace.registerTextDocumentContentProvider(deviceScheme, {
    provideTextDocumentContent: async uri => {
      const name = uri.path.slice(1).replace(/\.nn$/, '');
      return (await client.sendRequest(deviceTextRequest, { name }))?.text ?? `// There is no built-in device ${name}.\n`;
    },
  }));
}

/** Puts the cursor on a line (from 1) of a document that is already open, or opens it. */
export async function reveal(uri: vscode.Uri, line: number, focus: boolean): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find(editor => editor.document.uri.toString() === uri.toString());
  const document = shown?.document ?? await vscode.workspace.openTextDocument(uri);
  const text = document.lineAt(Math.min(Math.max(0, line - 1), document.lineCount - 1));
  const at = new vscode.Position(text.lineNumber, text.firstNonWhitespaceCharacterIndex);
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
    preserveFocus: !focus,
    preview: false,
  });
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Opens the sample from a folder of the user's own, so that it can be edited, saved and debugged. */
async function openSample(context: vscode.ExtensionContext): Promise<void> {
  const folder = context.globalStorageUri;
  const file = vscode.Uri.joinPath(folder, 'sample.nn');
  await vscode.workspace.fs.createDirectory(folder);
  try {
    await vscode.workspace.fs.stat(file);
  } catch {
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(context.extensionUri, 'samples', 'sample.nn'), file);
  }
  await vscode.window.showTextDocument(file, { preview: false });
}

async function explain(code?: string): Promise<void> {
  const chosen = code ?? codeAtCursor() ?? await vscode.window.showInputBox({ title: 'Explain Diagnostic', placeHolder: 'NN3020' });
  if (chosen) {
    const uri = vscode.Uri.from({ scheme: explainScheme, path: `/${chosen.toUpperCase()}.md` });
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }
}

function codeAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return undefined;
  }
  const found = vscode.languages.getDiagnostics(editor.document.uri)
    .find(d => d.source === 'nnlang' && d.range.contains(editor.selection.active));
  const code = found?.code;
  return code === undefined ? undefined : String(typeof code === 'object' ? code.value : code);
}

async function chooseInstance(client: LanguageClient, target?: BlockTarget): Promise<void> {
  if (!target) {
    void vscode.window.showInformationMessage('Choose an instance with the lens above a block.');
    return;
  }
  const all = 'all instances';
  const chosen = await vscode.window.showQuickPick([all, ...target.instances], { title: target.block, placeHolder: 'Instance to show' });
  if (chosen) {
    await client.sendRequest('workspace/executeCommand', {
      command: 'nnlang.server.setInstance',
      arguments: [{ uri: target.uri, block: target.block, instance: chosen === all ? null : chosen }],
    });
  }
}

async function chooseDevice(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('nnlang');
  const device = await vscode.window.showInputBox({
    title: 'Device',
    prompt: 'A built-in device or one that the file declares. A network with @device keeps its own.',
    value: settings.get<string>('device'),
  });
  if (device !== undefined) {
    const scope = vscode.workspace.workspaceFolders ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await settings.update('device', device || undefined, scope);
  }
}

async function statusMenu(): Promise<void> {
  const items = [
    { label: '$(graph) Show schedule', command: 'nnlang.showSchedule' },
    { label: '$(circuit-board) Change device', command: 'nnlang.chooseDevice' },
    { label: '$(debug-alt) Bisect', command: 'nnlang.bisect' },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: 'NNLang' });
  if (chosen) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
