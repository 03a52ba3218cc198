import { BiotopeError } from '../../model/errors.ts';
import { didYouMean } from '../../model/nearest.ts';
import { type ActionTemplate, type Template, templateKey } from '../../model/template.ts';

/** Throws ACTION_NOT_FOUND, which says what there is instead. */
export function findAction(template: Template, name: string): ActionTemplate {
  const found = template.actions.find((action) => action.name === name);
  if (found !== undefined) return found;
  const names = template.actions.map((action) => action.name);
  const none = names.length === 0 ? 'It has none.' : `It has ${names.join(', ')}.`;
  throw new BiotopeError('ACTION_NOT_FOUND', {
    message: `Template ${templateKey(template)} has no action ${JSON.stringify(name)}. ${didYouMean(name, names) ?? none}`,
    facts: { template: templateKey(template), action: name, actions: names },
  });
}
