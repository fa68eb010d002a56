import assert from 'node:assert/strict';
import { test } from 'node:test';
import manifest from '../../package.json';

test('the problem matcher reads what nnc check prints', () => {
  const [matcher] = manifest.contributes.problemMatchers;
  const { regexp, file, line, column, severity, code, message } = matcher!.pattern;
  const pattern = new RegExp(regexp);
  const found = pattern.exec('networks/a b.nn:7:19: error NN3020: Cannot add f32[N, 8, 32, 32] and f32[N, 8, 16, 16]: H is 32 and 16.');
  assert.ok(found);
  assert.deepEqual(
    [file, line, column, severity, code, message].map(group => found[group]),
    ['networks/a b.nn', '7', '19', 'error', 'NN3020', 'Cannot add f32[N, 8, 32, 32] and f32[N, 8, 16, 16]: H is 32 and 16.']);
  for (const other of ['  Make the dimensions equal or 1: pad, crop or reshape one side.', 'a.nn: 1 error, 0 warnings', 'a.nn: no problems']) {
    assert.equal(pattern.exec(other), null, other);
  }
});

test('every command of a menu or key is declared or the editor\'s own', () => {
  const declared = new Set(manifest.contributes.commands.map(command => command.command));
  const used = [...Object.values(manifest.contributes.menus).flat(), ...manifest.contributes.keybindings].map(entry => entry.command);
  for (const command of used) {
    assert.ok(declared.has(command) || command.startsWith('workbench.'), command);
  }
});

test('there are four settings, and what a workspace must not choose is restricted', () => {
  const settings = Object.keys(manifest.contributes.configuration.properties);
  assert.equal(settings.length, 4);
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, ['nnlang.server.path']);
  assert.equal(manifest.contributes.configuration.properties['nnlang.server.path'].scope, 'machine');
});
