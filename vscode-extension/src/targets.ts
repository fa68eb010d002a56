// Which network a command means: from a lens, a menu, the active editor, or a question.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { networksRequest } from './protocol';

/** What lenses, hovers and menus hand to commands. */
export type Target = vscode.Uri | { uri?: string; network?: string; line?: number } | string | undefined;

export interface NetworkTarget {
  uri: vscode.Uri;
  network?: string;
}

/** The document that is meant; a file on disk or undefined. */
export function documentOf(target: Target): vscode.Uri | undefined {
  if (target instanceof vscode.Uri) {
    return target;
  }
  if (typeof target === 'string') {
    return vscode.Uri.parse(target);
  }
  return target?.uri ? vscode.Uri.parse(target.uri) : activeDocument();
}

/** The network that a lens named. */
export function networkOf(target: Target): string | undefined {
  return target && !(target instanceof vscode.Uri) && typeof target === 'object' ? target.network : undefined;
}

/** The NNLang document in the active editor, else one that can be seen. */
export function activeDocument(): vscode.Uri | undefined {
  const active = vscode.window.activeTextEditor?.document;
  if (active && isNetworkFile(active.uri)) {
    return active.uri;
  }
  return vscode.window.visibleTextEditors.find(editor => isNetworkFile(editor.document.uri))?.document.uri;
}

export function isNetworkFile(uri: vscode.Uri): boolean {
  return /\.(nn|onnx)$/i.test(uri.path);
}

/** Asks for a network of the workspace. Undefined when there is none or the user left. */
export async function pickFile(): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles('**/*.{nn,onnx}', '**/node_modules/**', 200);
  if (files.length === 0) {
    const open = 'Open Sample';
    if (await vscode.window.showErrorMessage('This workspace has no .nn or .onnx file.', open) === open) {
      await vscode.commands.executeCommand('nnlang.openSample');
    }
    return undefined;
  }

  const items = files.map(uri => ({ label: path.basename(uri.path), description: vscode.workspace.asRelativePath(uri), uri }));
  items.sort((a, b) => a.description.localeCompare(b.description));
  return (await vscode.window.showQuickPick(items, { title: 'NNLang', placeHolder: 'Network to debug' }))?.uri;
}

/** Networks of a file, as far as the server knows them. */
export async function networksOf(client: LanguageClient, uri: vscode.Uri): Promise<string[]> {
  if (!client.isRunning() || !/\.nn$/i.test(uri.path)) {
    return [];
  }
  try {
    return (await client.sendRequest(networksRequest, { uri: uri.toString() })).networks.map(network => network.name);
  } catch {
    return [];
  }
}

/**
 * The network of a file that a command means: the only one, the one named main, or the answer to one question that is remembered for
 * the file. Undefined when the user left; an empty string when there is nothing to choose from.
 */
export async function chooseNetwork(client: LanguageClient, memory: vscode.Memento, uri: vscode.Uri): Promise<string | undefined> {
  const names = await networksOf(client, uri);
  if (names.length <= 1 || names.includes('main')) {
    return '';
  }

  const key = `network:${uri.toString()}`;
  const known = memory.get<string>(key);
  if (known && names.includes(known)) {
    return known;
  }
  const chosen = await vscode.window.showQuickPick(names, { title: path.basename(uri.path), placeHolder: 'Network' });
  if (chosen) {
    await memory.update(key, chosen);
  }
  return chosen;
}
