import type { NewFile } from '../../platform/new-folder.ts';
import { SCHEMA_FILE } from '../folder/folder.ts';
import { moduleText, PROGRAM_TEXT, readmeText } from './files.ts';
import { firstsOf, type Part, sortParts } from './parts.ts';
import { type StarterHead, templateText } from './template-text.ts';

/**
 * The files of a new template: it validates as it is, and an environment can be made from it at once,
 * without anything being downloaded.
 */
export function starterFiles(head: StarterHead, given: readonly Part[], schema: string): NewFile[] {
  const parts = sortParts(given);
  const firsts = firstsOf(parts);
  return [
    { path: 'template.yaml', text: templateText(head, parts) },
    ...parts.flatMap(({ kind, id }): NewFile[] => {
      if (kind === 'terraform')
        return [{ path: `modules/${id}/main.tf`, text: moduleText(firsts) }];
      if (kind !== 'command') return [];
      return [{ path: `programs/${id}.mjs`, text: PROGRAM_TEXT, isExecutable: true }];
    }),
    { path: 'README.md', text: readmeText(head, parts) },
    { path: SCHEMA_FILE, text: schema },
  ];
}
