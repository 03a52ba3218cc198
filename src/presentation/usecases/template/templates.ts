import { publishedTemplateDocument, templateLabel } from '../../../documents/documents.ts';
import { findTemplate } from '../../../engine/find-template.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { templateKey } from '../../../model/template.ts';
import { compareVersions } from '../../../model/version.ts';
import type { Store } from '../../../store/store.ts';
import { templatePage, templateTable } from '../../pages/templates.ts';
import type { Answer } from '../../session.ts';

/** All in a store that has those that ship, by name, the newest version first. */
export async function listTemplates(store: Store): Promise<Answer> {
  const templates = (await store.find('templates'))
    .map(({ value }) => value)
    .sort(
      ({ reference: left }, { reference: right }) =>
        left.name.localeCompare(right.name) || compareVersions(right.version, left.version),
    );
  return {
    lines: (palette) => templateTable(templates, palette),
    document: { templates: templates.map(publishedTemplateDocument) },
    names: templates.map(({ reference }) => templateLabel(reference)),
  };
}

/** `selector`: `hello`, `hello@1.0.0` or `hello@^1.0`. */
export async function viewTemplate(store: Store, selector: string): Promise<Answer> {
  const { reference } = await findTemplate(store, selector);
  const record = (await store.get('templates', templateKey(reference)))?.value;
  if (record === undefined) {
    throw new BiotopeError('TEMPLATE_NOT_FOUND', {
      message: `The template ${templateLabel(reference)} is gone.`,
    });
  }
  return {
    lines: (palette) => templatePage(record, palette),
    document: publishedTemplateDocument(record),
  };
}
