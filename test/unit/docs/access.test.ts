import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMMAND_ROLES } from '../../../src/bus/messages/command-roles.ts';
import { COMMAND_TYPES } from '../../../src/bus/messages/commands.ts';

it.each(COMMAND_TYPES)('the page of access names the role that %s needs', (type) => {
  const page = readFileSync('docs/access.md', 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const [, , cell] = rows.find((row) => row.includes(`\`${type}\``))?.split('|') ?? [];
  expect(cell).toContain(`\`${COMMAND_ROLES[type]}\``);
});
