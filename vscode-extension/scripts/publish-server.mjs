// Publishes the server, self-contained, into server/. usage: node scripts/publish-server.mjs [--target linux-x64] [--quick]
// Its code is compiled ahead together with the runtime's ("composite"): otherwise what is generic over types of both is compiled while the
// server starts, 4,300 methods until the first schedule instead of 600. That takes minutes; --quick leaves it out.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The runtime of .NET for a platform of VS Code. */
const runtimes = { 'linux-x64': 'linux-x64', 'linux-arm64': 'linux-arm64', 'darwin-arm64': 'osx-arm64', 'win32-x64': 'win-x64' };

export function publishServer(target, quick = false) {
  const runtime = runtimes[target];
  if (!runtime) {
    throw new Error(`No server for '${target}'; known: ${Object.keys(runtimes).join(', ')}.`);
  }
  rmSync('server', { recursive: true, force: true });
  // What was compiled ahead in one piece cannot be mixed with what was compiled by itself, and a build takes what is there.
  rmSync(`../artifacts/obj/NNLang.Cli/release_${runtime}/R2R`, { recursive: true, force: true });
  const result = spawnSync('dotnet', [
    'publish', '../src/NNLang.Cli/NNLang.Cli.csproj', '-c', 'Release', '-r', runtime, '--self-contained', '-p:PublishReadyToRun=true',
    `-p:PublishReadyToRunComposite=${!quick}`, '-p:DebugType=none', '-o', 'server', '-v', 'quiet', '-nologo',
  ], { stdio: 'inherit' });
  if (result.status !== 0) {
    throw new Error('dotnet publish failed.');
  }
  for (const name of readdirSync('server').filter(file => /\.(pdb|xml)$/.test(file))) {
    rmSync(join('server', name));
  }
  const executable = join('server', runtime.startsWith('win') ? 'nnc.exe' : 'nnc');
  if (!existsSync(executable)) {
    throw new Error(`dotnet publish made no ${executable}.`);
  }
  chmodSync(executable, 0o755);
  if (process.platform === 'linux' && runtime === `linux-${process.arch}` && spawnSync(executable, ['--version']).status !== 0) {
    throw new Error(`${executable} was published, but does not run.`);
  }
}

if (process.argv[1]?.endsWith('publish-server.mjs')) {
  const at = process.argv.indexOf('--target');
  publishServer(at > 0 ? process.argv[at + 1] : 'linux-x64', process.argv.includes('--quick'));
}
