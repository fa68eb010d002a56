// Bundles the extension and the page of the schedule view. usage: node scripts/build.mjs [--watch]
import { cpSync, writeFileSync } from 'node:fs';
import * as esbuild from 'esbuild';
import { notices } from './notices.mjs';

const watch = process.argv.includes('--watch');
const common = { bundle: true, minify: !watch, sourcemap: watch ? 'linked' : false, logLevel: 'warning', metafile: true, legalComments: 'none' };
const builds = [
  { ...common, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', platform: 'node', target: 'node20', external: ['vscode'], format: 'cjs' },
  { ...common, entryPoints: ['src/panel/main.ts'], outfile: 'media/schedule.js', platform: 'browser', target: 'es2022', format: 'iife' },
];

cpSync('src/panel/schedule.css', 'media/schedule.css');
if (watch) {
  for (const build of builds) {
    await (await esbuild.context(build)).watch();
  }
} else {
  const inputs = new Set();
  for (const build of builds) {
    const result = await esbuild.build(build);
    Object.keys(result.metafile.inputs).forEach(input => inputs.add(input));
  }
  writeFileSync('THIRD-PARTY-NOTICES.txt', notices([...inputs]));
}
