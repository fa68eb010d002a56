// Bundles the unit tests, which import the page's TypeScript, and runs them with Node's own runner.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'unit');
const outdir = mkdtempSync(join(tmpdir(), 'nnlang-unit-'));
await build({
  entryPoints: readdirSync(folder).filter(name => name.endsWith('.test.ts')).map(name => join(folder, name)),
  bundle: true, platform: 'node', format: 'esm', outdir, outExtension: { '.js': '.mjs' }, logLevel: 'warning',
});
const files = readdirSync(outdir).map(name => join(outdir, name));
process.exit(spawnSync(process.execPath, ['--test', '--test-reporter=tap', ...files], { stdio: 'inherit' }).status ?? 1);
