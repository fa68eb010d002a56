// Tasks of type 'nnc': check, build and bisect the file in the editor. Their output goes through the problem matcher $nnc.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { serverPath } from './server';
import { activeDocument } from './targets';

const commands = ['check', 'build', 'bisect'] as const;

interface NncTask extends vscode.TaskDefinition {
  type: 'nnc';
  command: string;
  file: string;
  args?: string[];
}

export function registerTasks(context: vscode.ExtensionContext): void {
  const make = (definition: NncTask, scope: vscode.WorkspaceFolder | vscode.TaskScope.Workspace) => new vscode.Task(
    definition, scope, `${definition.command} ${path.basename(definition.file)}`, 'nnc',
    new vscode.ProcessExecution(serverPath(context), [definition.command, definition.file, ...definition.args ?? []]), '$nnc');

  context.subscriptions.push(vscode.tasks.registerTaskProvider('nnc', {
    provideTasks: () => {
      const uri = activeDocument();
      const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
      return uri ? commands.map(command => make({ type: 'nnc', command, file: uri.fsPath }, folder ?? vscode.TaskScope.Workspace)) : [];
    },
    resolveTask: task => {
      const definition = task.definition as NncTask;
      const scope = task.scope && typeof task.scope === 'object' ? task.scope : vscode.TaskScope.Workspace;
      return definition.command && definition.file ? make(definition, scope) : undefined;
    },
  }));
}
