// Makes the .vsix of a platform, with the server in it. usage: node scripts/package.mjs [--target linux-x64] [--quick: a server that starts slower] [--keep-server: as it is, or none]
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { publishServer } from './publish-server.mjs';

const at = process.argv.indexOf('--target');
const target = at > 0 ? process.argv[at + 1] : 'linux-x64';
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
const output = `${name}-${target}-${version}.vsix`;

function run(...command) {
  const result = spawnSync(command[0], command.slice(1), { stdio: 'inherit' });
  if (result.status !== 0) {
    console.error(`failed: ${command.join(' ')}`);
    process.exit(1);
  }
}

run('node', 'scripts/build.mjs');
if (!process.argv.includes('--keep-server')) {
  publishServer(target, process.argv.includes('--quick'));
}
copyFileSync('../LICENSE', 'LICENSE.txt');
copyFileSync('../THIRD-PARTY-NOTICES.md', 'SERVER-NOTICES.md');
rmSync(output, { force: true });
run('node_modules/.bin/vsce', 'package', '--no-dependencies', '--target', target, '--skip-license', '--allow-missing-repository', '-o', output);
