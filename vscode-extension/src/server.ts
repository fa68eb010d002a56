// Where the server is and how it is started.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { deviceScheme } from './protocol';
import {
  CloseAction, ErrorAction, LanguageClient, LanguageClientOptions, RevealOutputChannelOn, ServerOptions, TransportKind,
} from 'vscode-languageclient/node';

/** The executable that serves both protocols: the one in the extension, or one of the developer's own. */
export function serverPath(context: vscode.ExtensionContext): string {
  const own = vscode.workspace.getConfiguration('nnlang').get<string>('server.path');
  return own || path.join(context.extensionPath, 'server', process.platform === 'win32' ? 'nnc.exe' : 'nnc');
}

/** Says what to do where there is no server; undefined where there is one. */
export function serverProblem(file: string): string | undefined {
  return fs.existsSync(file)
    ? undefined
    : `The NNLang server is missing: ${file} does not exist. Install the .vsix of this platform, or set 'nnlang.server.path'.`;
}

export function createClient(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): LanguageClient {
  const command = serverPath(context);
  const options: ServerOptions = { command, args: ['lsp'], transport: TransportKind.stdio };
  const settings = vscode.workspace.getConfiguration('nnlang');
  const client: LanguageClientOptions = {
    documentSelector: [{ language: 'nnlang' }],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    synchronize: { configurationSection: 'nnlang' },
    initializationOptions: { device: settings.get<string>('device'), hints: settings.get<string>('hints'), explainCommand: 'nnlang.explain', deviceScheme },
    markdown: {
      isTrusted: { enabledCommands: ['nnlang.showSchedule', 'nnlang.bisect', 'nnlang.chooseInstance'] },
      supportHtml: false,
    },
    initializationFailedHandler: failure => {
      log.error(String(failure));
      return false;
    },
    errorHandler: {
      error: failure => {
        log.error(failure.message);
        return { action: ErrorAction.Continue };
      },
      closed: restarts(log),
    },
  };
  return new LanguageClient('nnlang', 'NNLang', options, client);
}

/** Starts a server that ended again, at most four times in three minutes. */
function restarts(log: vscode.LogOutputChannel) {
  const ends: number[] = [];
  return () => {
    const now = Date.now();
    ends.push(now);
    const recent = ends.filter(time => now - time < 180_000).length;
    log.error(`The server ended (${recent} in three minutes).`);
    return recent <= 4
      ? { action: CloseAction.Restart, handled: true }
      : { action: CloseAction.DoNotRestart, message: 'The NNLang server ended five times in three minutes and is not started again. See the log.' };
  };
}
