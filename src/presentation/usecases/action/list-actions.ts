import type { Biotope } from '../../../compose/seat/contract.ts';
import { actionDocument, templateDocument } from '../../../documents/documents.ts';
import { findTemplate } from '../../../engine/find-template.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { templateKey } from '../../../model/template.ts';
import { findEnvironment } from '../../../queries/lookup.ts';
import { actionTable } from '../../pages/actions.ts';
import type { Answer } from '../../session.ts';

interface Asked {
  environment: string | undefined;
  template: string | undefined;
}

/** What can be done to an environment, as the template says from which it is made now. */
export async function listActions(biotope: Biotope, asked: Asked): Promise<Answer> {
  const selector = await selectorOf(biotope, asked);
  const { reference, template } = await findTemplate(biotope.storeWithShipped, selector);
  const { actions } = template;
  return {
    document: {
      template: templateDocument(reference),
      actions: actions.map(actionDocument),
    },
    names: actions.map(({ name }) => name),
    lines: (palette) => actionTable(templateKey(reference), actions, palette),
  };
}

async function selectorOf({ store }: Biotope, { environment, template }: Asked): Promise<string> {
  if (environment !== undefined && template === undefined) {
    return templateKey((await findEnvironment(store, environment)).template);
  }
  if (template !== undefined && environment === undefined) return template;
  throw new BiotopeError('USAGE', {
    message: 'Name an environment, or a template with --template: one of the two.',
  });
}
