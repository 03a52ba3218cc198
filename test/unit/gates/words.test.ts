import { expect, test } from 'vitest';
import { wordsGate } from '../../gates/words.ts';
import { verdict } from './sample.ts';

const words = wordsGate(['/srv/somewhere/biotope', '/app']);

// Planted words are put together here, so that this file passes the gate itself.
const planted = (text: string) => text.replaceAll('|', '');

test.each([
  ['src/engine/a.ts', '// TO|DO: later'],
  ['docs/a.md', 'FIX|ME'],
  ['README.md', 'This is a HA|CK.'],
  ['templates/a/main.tf', '# XX|X'],
  ['test/unit/a.test.ts', "test.on|ly('x', () => {});"],
  ['test/unit/a.test.ts', "describe.sequential.on|ly('x', () => {});"],
  ['test/unit/a.test.ts', "it.sk|ip('x', () => {});"],
  ['test/unit/a.test.ts', "test.to|do('x');"],
  ['test/unit/a.test.ts', 'if (!there) context.sk|ip();'],
  ['docs/a.md', 'cd /ho|me/anna/biotope'],
  ['docs/a.md', 'cd "/Us|ers/anna/biotope"'],
  ['src/engine/a.ts', "const path = 'C:\\Us|ers\\anna';"],
  ['src/engine/a.ts', "const path = '/ro|ot/biotope';"],
  ['src/engine/a.ts', "const path = '/srv/somewhere/biotope/src';"],
])('%s: refuses %s', (path, text) => {
  const said = verdict(words, { [path]: `fine\n${planted(text)}` });
  expect(said).toEqual([expect.stringContaining(`${path}:2 `)]);
});

test.each([
  ['src/engine/a.ts', "const todos = 'a list'; list.skip(3);"],
  ['src/engine/a.ts', "const path = '/app/data';"],
  ['docs/a.md', 'mktemp -d /tmp/biotope.XXXXXX; see src/root/x and ~/home/x'],
  ['test/unit/a.test.ts', "context.skip('no Terraform on the PATH');"],
  ['test/unit/a.test.ts', planted("// skipped: waits for the cluster\nit.sk|ip('x', () => {});")],
  ['docs/a.md', 'GET https://example.org/home/anna/x'],
])('%s: allows %s', (path, text) => {
  expect(verdict(words, { [path]: text })).toEqual([]);
});
