// The licences of the npm packages that really are in the bundles.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function notices(inputs) {
  const folders = new Set(inputs.map(input => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]).filter(Boolean));
  const parts = [...folders].sort().map(folder => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const licence = readdirSync(folder).find(name => /^licen[cs]e/i.test(name));
    const text = licence && existsSync(join(folder, licence)) ? readFileSync(join(folder, licence), 'utf8').trim() : `Licence: ${manifest.license}`;
    return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}\n`;
  });
  return `This extension contains the following npm packages. Those of the server are in SERVER-NOTICES.md.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
