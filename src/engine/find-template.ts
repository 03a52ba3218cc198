import { BiotopeError } from '../model/errors.ts';
import { didYouMean } from '../model/nearest.ts';
import { newestVersion, parseTemplateRequest } from '../model/version.ts';
import type { Store } from '../store/store.ts';
import { indexOf, type TemplateIndex } from './templates.ts';

/** The newest published version that `name`, `name@1.2.0` or `name@^1.2` asks for. */
export async function findTemplate(store: Store, selector: string): Promise<TemplateIndex> {
  const request = parseTemplateRequest(selector);
  if (request === undefined) throw notUnderstood(selector);
  const { name, range } = request;
  const versions = await store.find('templates', { where: { name } });
  const picked = newestVersion(
    versions.map(({ value }) => value.reference.version),
    range,
  );
  const found = versions.find(({ value }) => value.reference.version === picked)?.value;
  if (found === undefined) throw await notFound(store, selector, name);
  return indexOf(found);
}

async function notFound(store: Store, selector: string, name: string): Promise<BiotopeError> {
  const all = (await store.find('templates', {})).map(({ value }) => value.reference);
  const versions = all.filter((reference) => reference.name === name);
  const names = new Set(all.map((reference) => reference.name));
  const remedy =
    versions.length > 0
      ? `Published versions: ${versions.map((reference) => reference.version).join(', ')}.`
      : (didYouMean(name, names) ??
        `Publish it with "biotope template publish ${folderIn(name)}".`);
  return new BiotopeError('TEMPLATE_NOT_FOUND', {
    message: `No published template fits ${JSON.stringify(selector)}.`,
    remedy,
    facts: { template: selector },
  });
}

/** A path as it was written. One that would have to be quoted is not made part of a command. */
function folderIn(text: string): string {
  return /^[\w./-]*\/[\w./-]*$/.test(text) ? text : 'FOLDER';
}

function notUnderstood(selector: string): BiotopeError {
  return new BiotopeError('TEMPLATE_NOT_FOUND', {
    message: `${JSON.stringify(selector)} names no template.`,
    remedy: 'Write name, name@1.2.0, name@^1.2 or name@~1.2.',
    facts: { template: selector },
  });
}
