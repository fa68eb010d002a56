// F5 in every situation: completes configurations, starts the adapter, keeps the divergence in Problems.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { serverPath, serverProblem } from './server';
import { activeDocument, chooseNetwork, documentOf, networkOf, networksOf, pickFile, Target } from './targets';

type Mode = 'bisect' | 'run';

const titles: Record<Mode, string> = { bisect: 'Bisect', run: 'Run' };

export function registerDebugging(context: vscode.ExtensionContext, client: LanguageClient, log: vscode.LogOutputChannel): void {
  const divergences = new Divergences();
  context.subscriptions.push(
    divergences,
    vscode.debug.registerDebugConfigurationProvider('nnlang', new Configurations(context, client)),
    vscode.debug.registerDebugConfigurationProvider(
      'nnlang',
      { provideDebugConfigurations: () => openNetworks(client) },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic),
    vscode.debug.registerDebugAdapterDescriptorFactory('nnlang', {
      createDebugAdapterDescriptor: () => new vscode.DebugAdapterExecutable(serverPath(context), ['dap']),
    }),
    vscode.debug.registerDebugAdapterTrackerFactory('nnlang', {
      createDebugAdapterTracker: session => {
        const watch = new DeathWatch(session, log);
        const trace = session.configuration.trace === true
          ? (arrow: string, message: unknown) => vscode.debug.activeDebugConsole.appendLine(`${arrow} ${JSON.stringify(message)}`)
          : undefined;
        return {
          onWillStartSession: () => divergences.clear(),
          onWillReceiveMessage: message => trace?.('→', message),
          onDidSendMessage: message => {
            trace?.('←', message);
            watch.sent(message);
            divergences.observe(session, message);
          },
          onExit: (code, signal) => watch.exited(code, signal),
        };
      },
    }),
    vscode.commands.registerCommand('nnlang.bisect', (target: Target) => start('bisect', target)),
    vscode.commands.registerCommand('nnlang.run', (target: Target) => start('run', target)),
    vscode.commands.registerCommand('nnlang.pickNetwork', async () => (await pickFile())?.fsPath),
  );
}

/** Starts a session without asking for a configuration. */
async function start(mode: Mode, target: Target): Promise<void> {
  const uri = documentOf(target) ?? await pickFile();
  if (!uri) {
    return;
  }
  const network = networkOf(target);
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), {
    type: 'nnlang',
    request: 'launch',
    name: `${titles[mode]} ${network ?? path.basename(uri.path)}`,
    program: network ? `${uri.fsPath}#${network}` : uri.fsPath,
    mode,
    ...(mode === 'run' ? { stopOnEntry: true } : {}),
  });
}

/** One Bisect and one Run for every network of the open files. */
async function openNetworks(client: LanguageClient): Promise<vscode.DebugConfiguration[]> {
  const result: vscode.DebugConfiguration[] = [];
  for (const document of vscode.workspace.textDocuments.filter(d => d.languageId === 'nnlang' && d.uri.scheme === 'file')) {
    for (const name of await networksOf(client, document.uri)) {
      const program = `${document.uri.fsPath}#${name}`;
      result.push(
        { type: 'nnlang', request: 'launch', name: `Bisect ${name}`, program, mode: 'bisect' },
        { type: 'nnlang', request: 'launch', name: `Run ${name}`, program, mode: 'run', stopOnEntry: true });
    }
  }
  return result;
}

class Configurations implements vscode.DebugConfigurationProvider {
  constructor(private readonly context: vscode.ExtensionContext, private readonly client: LanguageClient) {}

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [{ type: 'nnlang', request: 'launch', name: 'Bisect this network', program: '${file}', mode: 'bisect' }];
  }

  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (configuration.type && configuration.program) {
      return configuration;
    }

    // F5 without a launch.json: an empty configuration.
    const uri = activeDocument() ?? await pickFile();
    if (!uri) {
      return undefined;
    }
    const network = await chooseNetwork(this.client, this.context.workspaceState, uri);
    if (network === undefined) {
      return undefined;
    }
    return {
      ...configuration,
      type: 'nnlang',
      request: 'launch',
      name: configuration.name || `Bisect ${network || path.basename(uri.path)}`,
      program: network ? `${uri.fsPath}#${network}` : uri.fsPath,
      mode: configuration.mode ?? 'bisect',
    };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const missing = serverProblem(serverPath(this.context));
    if (missing) {
      void vscode.window.showErrorMessage(missing);
      return undefined;
    }
    if (await this.refuses(configuration)) {
      return undefined;
    }
    await saveProgram(configuration);

    const settings = vscode.workspace.getConfiguration('nnlang');
    const device = settings.inspect<string>('device');
    const chosen = device?.workspaceFolderValue ?? device?.workspaceValue ?? device?.globalValue;
    return {
      ...configuration,
      mode: configuration.mode ?? 'bisect',
      ...(chosen ? { defaultDevice: chosen } : {}),

      // Only the reason 'exception' opens the box under the line.
      divergenceStop: configuration.divergenceStop ?? 'exception',
    };
  }

  /** A network with errors has no program: says so and shows the first error. */
  private async refuses(configuration: vscode.DebugConfiguration): Promise<boolean> {
    const uri = programUri(configuration);
    const errors = vscode.languages.getDiagnostics(uri)
      .filter(d => d.severity === vscode.DiagnosticSeverity.Error && d.source === 'nnlang')
      .sort((a, b) => a.range.start.compareTo(b.range.start));
    const first = errors[0];
    if (!first) {
      return false;
    }

    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
    const verb = configuration.mode === 'run' ? 'run' : 'bisect';
    const message = `Cannot ${verb}: ${count}. The first is on line ${first.range.start.line + 1}: ${first.message.split('\n')[0]}`;
    void vscode.window.showErrorMessage(message, 'Show').then(choice => {
      if (choice) {
        void vscode.window.showTextDocument(uri, { selection: first.range });
      }
    });
    return true;
  }
}

/**
 * The adapter reads the file. VS Code saves before it starts a session, but not every editor under every setting: what is on the screen is
 * what is debugged, or the user is told.
 */
async function saveProgram(configuration: vscode.DebugConfiguration): Promise<void> {
  const uri = programUri(configuration);
  const document = vscode.workspace.textDocuments.find(open => open.uri.scheme === 'file' && open.uri.fsPath === uri.fsPath);
  const saves = vscode.workspace.getConfiguration('debug').get<string>('saveBeforeStart') !== 'none';
  if (document?.isDirty && !(saves && await document.save())) {
    void vscode.window.showWarningMessage(`${path.basename(uri.fsPath)} has changes that are not saved: the saved text is ${configuration.mode === 'run' ? 'run' : 'bisected'}.`);
  }
}

function programUri(configuration: vscode.DebugConfiguration): vscode.Uri {
  return vscode.Uri.file(String(configuration.program).replace(/#[^#/\\]*$/, ''));
}

/** The verdict of the last bisection of each file. It stays until the text, the device or the next session makes it out of date. */
class Divergences implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('nnlang-divergence');
  private readonly listeners = [
    vscode.workspace.onDidChangeTextDocument(change => {
      if (change.contentChanges.length > 0 && change.document.languageId === 'nnlang') {
        this.diagnostics.delete(change.document.uri);
      }
    }),
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration('nnlang.device')) {
        this.diagnostics.clear();
      }
    }),
  ];

  clear(): void {
    this.diagnostics.clear();
  }

  observe(session: vscode.DebugSession, message: { type?: string; event?: string; body?: StoppedBody }): void {
    if (message.type === 'event' && message.event === 'stopped' && message.body?.description?.startsWith('Divergence')) {
      void this.record(session, message.body);
    }
  }

  dispose(): void {
    this.diagnostics.dispose();
    this.listeners.forEach(listener => listener.dispose());
  }

  private async record(session: vscode.DebugSession, stop: StoppedBody): Promise<void> {
    const threadId = stop.threadId;
    try {
      const stack = await session.customRequest('stackTrace', { threadId, startFrame: 0, levels: 1 });
      const info = await session.customRequest('exceptionInfo', { threadId });
      const frame = stack.stackFrames[0];
      if (!frame?.source?.path) {
        return;
      }
      const at = new vscode.Position(Math.max(0, frame.line - 1), Math.max(0, frame.column - 1));
      const text = `${stop.description}: ${info.description ?? stop.text ?? ''}`;
      const diagnostic = new vscode.Diagnostic(new vscode.Range(at, at.translate(0, 1)), text, vscode.DiagnosticSeverity.Error);
      diagnostic.source = 'nnlang bisect';
      diagnostic.code = 'divergence';
      this.diagnostics.set(fileOf(frame.source.path), [diagnostic]);
    } catch {
      // The session ended in the same moment: there is no verdict to keep.
    }
  }
}

/** VS Code ends a session without a word when its adapter dies. This tells a death from an end, and offers to go on. */
class DeathWatch {
  private ended = false;

  constructor(private readonly session: vscode.DebugSession, private readonly log: vscode.LogOutputChannel) {}

  /** An end is what the adapter says itself. That VS Code asked for one proves nothing: it also asks an adapter that is dying. */
  sent(message: { type?: string; event?: string; command?: string }): void {
    this.ended ||= message.type === 'event'
      ? message.event === 'terminated' || message.event === 'exited'
      : message.command === 'disconnect' || message.command === 'terminate';
  }

  exited(code: number | undefined, signal: string | undefined): void {
    if (this.ended) {
      return;
    }
    const { configuration } = this.session;
    const how = signal ? `signal ${signal}` : `code ${code ?? 'unknown'}`;
    const what = configuration.mode === 'run' ? 'run' : 'bisection';
    const program = path.basename(String(configuration.program)).replace(/^.*#/, '').replace(/\.(nn|onnx)$/i, '');
    const text = `The NNLang server ended (${how}) during the ${what} of ${program}.`;
    this.log.error(text);
    void vscode.window.showErrorMessage(text, 'Start Again', 'Show Log').then(choice => {
      if (choice === 'Start Again') {
        void vscode.debug.startDebugging(this.session.workspaceFolder, configuration);
      } else if (choice) {
        this.log.show();
      }
    });
  }
}

/** A path of the adapter. Where the extension runs on another machine than the window, VS Code has made a URI of it. */
function fileOf(path: string): vscode.Uri {
  return /^[a-z][\w+.-]+:\/\//i.test(path) ? vscode.Uri.file(vscode.Uri.parse(path).path) : vscode.Uri.file(path);
}

interface StoppedBody {
  reason: string;
  description?: string;
  text?: string;
  threadId?: number;
}
