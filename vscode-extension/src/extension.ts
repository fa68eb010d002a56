// Wires the parts together. Everything that knows the language is in the server.
import * as vscode from 'vscode';
import { LanguageClient, State } from 'vscode-languageclient/node';
import { registerCommands } from './commands';
import { registerDebugging } from './debugging';
import { scheduleChanged, statusNotification } from './protocol';
import { ScheduleView } from './scheduleView';
import { createClient, serverPath, serverProblem } from './server';
import { StatusBar } from './statusBar';
import { registerTasks } from './tasks';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('NNLang', { log: true });
  const status = new StatusBar();
  client = createClient(context, log);
  const schedule = new ScheduleView(context, client, log);
  context.subscriptions.push(log, status, schedule);
  registerCommands(context, client, log);
  registerDebugging(context, client, log);
  registerTasks(context);

  client.onDidChangeState(change => status.serverState(
    change.newState === State.Running ? 'running' : change.newState === State.Starting ? 'starting' : 'stopped'));
  client.onNotification(statusNotification, message => status.update(message));
  client.onNotification(scheduleChanged, message => schedule.changed(message.uri));

  const missing = serverProblem(serverPath(context));
  if (missing) {
    status.serverState('stopped');
    log.error(missing);
    void vscode.window.showErrorMessage(missing);
    return;
  }

  // Commands and panels are there at once; whoever needs the server waits for it.
  client.start().catch((failure: unknown) => {
    status.serverState('stopped');
    log.error(String(failure));
    void vscode.window.showErrorMessage('The NNLang server did not start.', 'Show Log').then(choice => choice && log.show());
  });
}

export async function deactivate(): Promise<void> {
  if (client?.isRunning()) {
    await client.stop();
  }
}
