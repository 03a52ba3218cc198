import type { PublishOptions } from '../../../compose/publishing/publish-options.ts';
import { shippedNames } from '../../../compose/publishing/shipped.ts';
import type { SoundTemplate } from '../../../compose/seat/contract.ts';
import { publishedTemplateDocument, templateLabel } from '../../../documents/documents.ts';
import { type TemplateReference, templateKey } from '../../../model/template.ts';
import { newerNested } from '../../../queries/nested-versions.ts';
import { vendoredLines } from '../../pages/templates.ts';
import { plural } from '../../pages/words.ts';
import type { Answer, Session } from '../../session.ts';
import { indent } from '../../terminal/table.ts';

export async function publish(
  { biotope, interrupt }: Session,
  source: string,
  options: PublishOptions,
): Promise<Answer> {
  const { signal } = interrupt;
  const { record, isNew } = await biotope.publish(source, { signal, ...options });
  const label = templateLabel(record.reference);
  const newer = isNew ? [] : await newerNested(biotope.store, record);
  const said = isNew
    ? `published ${label}: ${plural(record.template.resources.length, 'resource')}`
    : `${label} is published with this content already`;
  return {
    document: { template: publishedTemplateDocument(record), new: isNew },
    names: [label],
    lines: () => [
      said,
      ...indent(isNew ? vendoredLines(record.vendored ?? null) : newer.map(newerLine)),
    ],
  };
}

function newerLine({ taken, newest }: { taken: TemplateReference; newest: TemplateReference }) {
  return (
    `it takes in ${templateLabel(taken)}; ${templateLabel(newest)} is published now: ` +
    'for that one, raise its version and publish it anew'
  );
}

/** For a template of one's own that has the name of one that ships. */
async function nameHints(
  { storeWithShipped: store }: Session['biotope'],
  template: SoundTemplate,
): Promise<string[]> {
  if (!shippedNames().includes(template.name)) return [];
  const there = (await store.get('templates', templateKey(template)))?.value;
  if (there?.reference.digest === template.digest) return [];
  return indent([`a template named ${template.name} ships with Biotope: choose another name`]);
}

/** Checks a template. Writes nothing; rejects with TEMPLATE_INVALID, which holds every problem. */
export async function validate({ biotope, interrupt }: Session, source: string): Promise<Answer> {
  const template = await biotope.checkTemplate(source, interrupt.signal);
  const { name, version, resources, unchecked } = template;
  const hints = await nameHints(biotope, template);
  return {
    document: { valid: true, name, version, resources, problems: [], unchecked },
    names: [`${name}@${version}`],
    lines: () => [`${name}@${version} is valid: ${plural(resources, 'resource')}`, ...hints],
  };
}
