import { propertiesOf } from '../../model/parameters/validator.ts';
import { secretParameters } from '../../model/parameters.ts';
import { type ActionTemplate, DEFAULT_ACTION_TERMS } from '../../model/template.ts';
import type { Palette } from '../terminal/palette.ts';
import { printable, table } from '../terminal/table.ts';

/** `template`: whose they are. */
export function actionTable(
  template: string,
  actions: readonly ActionTemplate[],
  palette: Palette,
): string[] {
  if (actions.length === 0) return [`Template ${template} has no actions.`];
  return table(
    ['action', 'arguments', 'program', 'page', 'description'],
    actions.map(({ name, description, app, terms }) => [
      palette.strong(name),
      argumentWords(terms ?? DEFAULT_ACTION_TERMS),
      printable(app.command.join(' ')),
      printable(app.url ?? ''),
      printable(description),
    ]),
    { columns: palette.columns, lessImportant: ['page', 'program', 'description'] },
  );
}

/** `target, keep?, password (secret)`: a question mark where it may be left out. */
function argumentWords({ parameters }: Pick<typeof DEFAULT_ACTION_TERMS, 'parameters'>): string {
  const required = Array.isArray(parameters.required) ? parameters.required : [];
  const secret = new Set(secretParameters({ parameters }));
  const names = Object.keys(propertiesOf(parameters));
  return names
    .map((name) => {
      const mark = required.includes(name) ? '' : '?';
      return `${printable(name)}${mark}${secret.has(name) ? ' (secret)' : ''}`;
    })
    .join(', ');
}
