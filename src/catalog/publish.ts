import { BiotopeError, isBiotopeError } from '../model/errors.ts';
import {
  type BundleFile,
  type TemplateRecord,
  type TemplateSource,
  templateKey,
} from '../model/template.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { TemplateCheck } from './check.ts';
import { problemsError } from './problem.ts';

/** Numbers of the template's events are counted here, whatever the template. */
const SCOPE = '@templates';

export interface Published {
  record: TemplateRecord;
  /** False: the same content was published under this version before. */
  isNew: boolean;
}

export interface PublisherDependencies {
  store: Store;
  clock: Clock;
}

/** Where the template that is published comes from. */
export interface Origin {
  /** As a person named it. */
  label: string;
  /** Null: a folder. */
  source: TemplateSource | null;
  /** The Git commit that holds exactly these files; null where none does or it cannot be told. */
  commitOf(files: readonly BundleFile[]): Promise<string | null>;
}

/**
 * Publishes checked templates: record, bundle and event in one transaction. A published version
 * never changes: other content under it is refused with TEMPLATE_EXISTS, a template with problems
 * with TEMPLATE_INVALID.
 */
export function createPublisher({ store, clock }: PublisherDependencies) {
  async function published(record: TemplateRecord): Promise<Published | undefined> {
    const key = templateKey(record.reference);
    const found = await store.get('templates', key);
    if (found === undefined) return undefined;
    const there = found.value.reference.digest;
    if (there === record.reference.digest) return { record: found.value, isNew: false };
    throw new BiotopeError('TEMPLATE_EXISTS', {
      message:
        `Template ${key} is published with other content. A published version never changes: ` +
        `raise metadata.version in template.yaml and publish again.`,
      facts: { template: key, published: there, given: record.reference.digest },
    });
  }

  return async function publish(check: TemplateCheck, origin: Origin): Promise<Published> {
    const { template, bundle } = check;
    if (template === null || bundle === null) {
      throw problemsError(`The template in ${origin.label}`, check.problems, check.sources);
    }
    const { name, version } = template;
    const record: TemplateRecord = {
      reference: { name, version, digest: bundle.digest },
      name,
      template,
      commit: await origin.commitOf(bundle.files),
      source: origin.source,
      publishedAtMs: clock.nowMs(),
    };
    const before = await published(record);
    if (before !== undefined) return before;
    const key = templateKey(record.reference);
    try {
      await store.commit({
        scope: SCOPE,
        expect: [{ collection: 'templates', key, revision: null }],
        writes: [
          { kind: 'put', collection: 'bundles', key: bundle.digest, value: bundle },
          { kind: 'put', collection: 'templates', key, value: record },
        ],
        events: [
          {
            type: 'template.published',
            runId: null,
            address: null,
            data: {
              ...record.reference,
              commit: record.commit,
              source: origin.source && { ...origin.source },
            },
          },
        ],
      });
      return { record, isNew: true };
    } catch (error) {
      // Somebody else published this version meanwhile: the same content, or other.
      const meanwhile = isBiotopeError(error, 'STORE_CONFLICT')
        ? await published(record)
        : undefined;
      if (meanwhile === undefined) throw error;
      return meanwhile;
    }
  };
}
