import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './place.ts';

/** Files of a template by path; programs get their bit by their place in `app/`. */
export function writeTemplate(place: Place, name: string, files: Record<string, string>): string {
  const folder = join(place.folder, name);
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text, { mode: path.startsWith('app/') ? 0o755 : 0o644 });
  }
  return folder;
}

export function templateHead(name: string, version = '1.0.0'): string {
  return `apiVersion: biotope/v1\nkind: Template\nmetadata: { name: ${name}, version: ${version} }\n`;
}

const WORK = `#!/bin/sh
echo "begins $BIOTOPE_STEP_ID" >> "$1/journal"
if [ -e "$1/fail" ]; then echo "the switch says fail" >&2; exit 1; fi
while [ -e "$1/hold" ]; do sleep 0.05; done
echo done > "$1/effect"
echo "ends" >> "$1/journal"
echo '{"where": "here"}'
`;

/**
 * Three steps in a row and one beside them. The middle one writes a line into `journal` each time it
 * works, and fails, or takes long, as files in the folder `switches` tell it.
 */
export function switchedTemplate(place: Place): string {
  const switches = join(place.folder, 'switches');
  mkdirSync(switches, { recursive: true });
  return writeTemplate(place, 'switched', {
    'template.yaml': `${templateHead('switched')}
resources:
  - id: first
    executor: consul-kv
    with: { prefix: "\${environment.name}/first", entries: { a: 1 } }
  - id: middle
    executor: command
    dependsOn: [first]
    retry: { attemptsMax: 1 }
    with: { create: [./app/work, ${switches}], destroy: [./app/forget, ${switches}], inspect: [./app/look, ${switches}] }
  - id: last
    executor: consul-kv
    dependsOn: [middle]
    with: { prefix: "\${environment.name}/last", entries: { b: 2 } }
  - id: beside
    executor: consul-kv
    with: { prefix: "\${environment.name}/beside", entries: { c: 3 } }
outputs:
  where: "\${resources.middle.outputs.where}"
`,
    'app/work': WORK,
    'app/forget':
      '#!/bin/sh\necho forgets >> "$1/journal"\nwhile [ -e "$1/hold" ]; do sleep 0.05; done\nrm -f "$1/effect"\n',
    'app/look':
      '#!/bin/sh\nif [ -e "$1/effect" ]; then echo \'{"where": "here"}\'; else exit 3; fi\n',
  });
}

/** One resource, and programs that return what they were given, fail, or work as switches tell them. */
export function actingTemplate(place: Place): string {
  const switches = join(place.folder, 'switches');
  mkdirSync(switches, { recursive: true });
  return writeTemplate(place, 'acting', {
    'template.yaml': `${templateHead('acting')}resources:
  - id: note
    executor: vault-secret
    with: { path: "\${environment.name}/note", generate: { word: { length: 24 } } }
actions:
  - { name: rotate, description: Turns it round, app: { name: rotator, url: "https://rotator.test/", command: [./app/tell] } }
  - name: backup
    app: { name: backup, command: [./app/tell] }
    parameters:
      type: object
      required: [target]
      properties: { target: { type: string }, keep: { type: integer, minimum: 1 } }
  - name: login
    app: { name: login, command: [./app/tell] }
    parameters: { type: object, properties: { password: { type: string, writeOnly: true } } }
    secretOutputs: [ticket]
  - { name: fail, app: { name: fail, command: [./app/fail] } }
  - { name: work, app: { name: work, command: [./app/work, ${switches}] } }
outputs: { word: "\${resources.note.outputs.word}" }
`,
    'app/tell': TELL,
    'app/fail': '#!/bin/sh\necho "nothing works" >&2\nexit 1\n',
    'app/work': WORK,
  });
}

/** Says what it was given, and returns some of it. */
const TELL = `#!/usr/bin/env node
const { input } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
console.error(JSON.stringify(input));
const word = input.resources.note.outputs.word;
console.log(JSON.stringify({
  given: input.arguments.target ?? null,
  keep: input.arguments.keep ?? null,
  isSame: word === input.environment.outputs.word && word.length === 24,
  ticket: 'ticket-of-' + input.environment.name,
}));
`;

/** Steps that work like the middle one of `switched` and cannot be inspected. */
export function blindTemplate(place: Place, ids: readonly string[] = ['blind']): string {
  const switches = join(place.folder, 'switches');
  mkdirSync(switches, { recursive: true });
  const resources = ids.map(
    (id) => `  - id: ${id}
    executor: command
    with: { create: [./app/work, ${switches}] }
`,
  );
  return writeTemplate(place, 'blind', {
    'template.yaml': `${templateHead('blind')}resources:\n${resources.join('')}`,
    'app/work': WORK,
  });
}
