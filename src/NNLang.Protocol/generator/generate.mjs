// usage: generate [--check]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contextFile, methodsFile, typesFile } from './csharp.mjs';
import { readDap } from './dap.mjs';
import { readLsp } from './lsp.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const project = dirname(here);
const root = join(project, '..', '..');

function findModels() {
  const named = process.env.NNLANG_SHARED;
  if (named) return join(named, 'data', 'protocol');
  for (let folder = dirname(root); ; folder = dirname(folder)) {
    const candidate = join(folder, 'shared', 'data', 'protocol');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

const unknown = process.argv.slice(2).filter(a => a !== '--check');
if (unknown.length) {
  console.error(`unknown argument '${unknown[0]}'; usage: generate [--check]`);
  process.exit(3);
}
const check = process.argv.includes('--check');
const models = findModels();
if (!models || !existsSync(join(models, 'lsp.json'))) {
  console.error(`The protocol models are absent${models ? ` (looked in ${models})` : ''}. Set NNLANG_SHARED to the folder that holds data/protocol/lsp.json.`);
  process.exit(check ? 0 : 2);
}

const read = name => JSON.parse(readFileSync(join(models, name), 'utf8'));
const selection = JSON.parse(readFileSync(join(here, 'selection.json'), 'utf8'));
const files = new Map();

const lsp = readLsp(read('lsp.json'), selection.lsp);
const lspSource = 'the Language Server Protocol\'s meta model';
files.set('Lsp/LspTypes.g.cs', typesFile('NNLang.Protocol.Lsp', lspSource, lsp.types));
files.set('Lsp/LspJsonContext.g.cs', contextFile('NNLang.Protocol.Lsp', lspSource, 'LspJsonContext', lsp.roots));
files.set('Lsp/LspMethods.g.cs', methodsFile('NNLang.Protocol.Lsp', lspSource, 'LspJsonContext', [
  { name: 'LspRequests', type: 'RequestType', entries: lsp.requests },
  { name: 'LspNotifications', type: 'NotificationType', entries: lsp.notifications },
]));

const dap = readDap(read('debugAdapterProtocol.json'), selection.dap);
const dapSource = 'the Debug Adapter Protocol\'s JSON schema';
files.set('Dap/DapTypes.g.cs', typesFile('NNLang.Protocol.Dap', dapSource, dap.types));
files.set('Dap/DapJsonContext.g.cs', contextFile('NNLang.Protocol.Dap', dapSource, 'DapJsonContext', dap.roots));
files.set('Dap/DapMethods.g.cs', methodsFile('NNLang.Protocol.Dap', dapSource, 'DapJsonContext', [
  { name: 'DapRequests', type: 'RequestType', entries: dap.requests },
  { name: 'DapReverseRequests', type: 'RequestType', entries: dap.reverseRequests },
  { name: 'DapEvents', type: 'NotificationType', entries: dap.events },
]));

let differs = 0;
for (const [name, text] of files) {
  const path = join(project, 'Generated', name);
  if (check) {
    if (!existsSync(path) || readFileSync(path, 'utf8').replaceAll('\r\n', '\n') !== text) {
      console.error(`${relative(root, path)} is not what the models give; run src/NNLang.Protocol/generate and commit the result.`);
      differs++;
    }
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
process.exit(differs ? 1 : 0);
