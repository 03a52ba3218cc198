import { BiotopeError } from '../model/errors.ts';
import { didYouMean } from '../model/nearest.ts';
import { type TemplateRecord, templateKey } from '../model/template.ts';
import { compareVersions, newestVersion, parseTemplateRequest } from '../model/version.ts';
import type { Store } from '../store/store.ts';

const NAMES_READ_MAX = 1_000;
const VERSIONS_SHOWN_MAX = 10;

/**
 * The newest published template for `name`, `name@1.2.3`, `name@^1.2` or `name@~1.2`. Rejects with
 * TEMPLATE_NOT_FOUND and says what there is instead.
 */
export async function findTemplate(store: Store, text: string): Promise<TemplateRecord> {
  const request = parseTemplateRequest(text);
  if (request === undefined) {
    throw notFound(text, 'A version is written name@1.2.3, name@^1.2 or name@~1.2.');
  }
  const { name, range } = request;
  const records = await store.find('templates', { where: { name } });
  const versions = records.map(({ value }) => value.reference.version);
  const version = newestVersion(versions, range);
  const found = records.find(({ value }) => value.reference.version === version);
  if (found !== undefined) return found.value;
  if (versions.length === 0) throw notFound(text, await suggestName(store, name));
  const newest = versions.sort(compareVersions).reverse().slice(0, VERSIONS_SHOWN_MAX);
  throw notFound(
    text,
    `Published: ${newest.map((one) => templateKey({ name, version: one })).join(', ')}.`,
  );
}

async function suggestName(store: Store, name: string): Promise<string> {
  const records = await store.find('templates', { limit: NAMES_READ_MAX });
  const names = new Set(records.map(({ value }) => value.name));
  return (
    didYouMean(name, names) ??
    (names.size === 0
      ? 'None is published yet: biotope template publish FOLDER.'
      : 'See biotope template list.')
  );
}

function notFound(template: string, suggestion: string): BiotopeError {
  return new BiotopeError('TEMPLATE_NOT_FOUND', {
    message: `No template ${JSON.stringify(template.slice(0, 200))} is published here. ${suggestion}`,
    facts: { template },
  });
}
