import type { TemplateCheck } from '../../../catalog/check.ts';
import { problemsError } from '../../../catalog/document/problem.ts';
import type { PublishOptions } from '../../../compose/publishing/finish-template.ts';
import { checkSource, publishSource } from '../../../compose/publishing/publish.ts';
import { shippedNames } from '../../../compose/publishing/shipped.ts';
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
  const { record, isNew } = await publishSource(biotope, source, { signal, ...options });
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
  { template, bundle }: TemplateCheck,
): Promise<string[]> {
  if (template === null || !shippedNames().includes(template.name)) return [];
  const there = (await store.get('templates', templateKey(template)))?.value;
  if (there !== undefined && there.reference.digest === bundle?.digest) return [];
  return indent([`a template named ${template.name} ships with Biotope: choose another name`]);
}

/** Checks a template. Writes nothing; rejects with TEMPLATE_INVALID, which holds every problem. */
export async function validate({ biotope, interrupt }: Session, source: string): Promise<Answer> {
  const check = await checkSource(biotope, source, interrupt.signal);
  const { template, unchecked } = check;
  if (template === null)
    throw problemsError(`The template in ${source}`, check.problems, check.sources);
  const { name, version, resources } = template;
  const hints = await nameHints(biotope, check);
  return {
    document: { valid: true, name, version, resources: resources.length, problems: [], unchecked },
    names: [`${name}@${version}`],
    lines: () => [`${name}@${version} is valid: ${plural(resources.length, 'resource')}`, ...hints],
  };
}
