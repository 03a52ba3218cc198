import { BiotopeError, isBiotopeError } from '../model/errors.ts';
import {
  type BundleFile,
  type BundleRecord,
  type Template,
  type TemplateRecord,
  type TemplateSource,
  templateKey,
  type Vendored,
} from '../model/template.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { TemplateCheck } from './check.ts';
import { problemsError } from './document/problem.ts';

/** Numbers of the template's events are counted here, whatever the template. */
const SCOPE = '@templates';

export interface Published {
  record: TemplateRecord;
  /** False: the same content was published under this version before. */
  isNew: boolean;
}

export interface PublisherDependencies {
  store: Store;
  /** Null: records that nobody published yet are written to be looked at. */
  clock: Clock | null;
  /** Names of the templates that ship: absent where those are published. */
  shippedNames?: readonly string[];
  /**
   * Brings in what the template needs from elsewhere, and checks it anew. Called for new versions only:
   * what was published once is never fetched again. Absent: nothing is needed.
   */
  complete?(check: GoodCheck): Promise<Completed>;
}

/** A check without problems. */
export interface GoodCheck extends TemplateCheck {
  template: Template;
  bundle: BundleRecord;
}

export interface Completed {
  check: TemplateCheck;
  /** Null: nothing had to be brought in. */
  vendored: Vendored | null;
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
export function createPublisher({ store, clock, shippedNames, complete }: PublisherDependencies) {
  async function published(key: string, given: string): Promise<Published | undefined> {
    const found = await store.get('templates', key);
    if (found === undefined) return undefined;
    const { reference, vendored } = found.value;
    const there = vendored?.authorsDigest ?? reference.digest;
    if (there === given) return { record: found.value, isNew: false };
    const { name } = reference;
    const ships = shippedNames?.includes(name)
      ? ` A template named ${name} ships with Biotope: one of your own is better called otherwise.`
      : '';
    throw new BiotopeError('TEMPLATE_EXISTS', {
      message:
        `Template ${key} is published with other content. A published version never changes: ` +
        `raise metadata.version in template.yaml and publish again.${ships}`,
      facts: { template: key, published: there, given },
    });
  }

  return async function publish(check: TemplateCheck, origin: Origin): Promise<Published> {
    const written = demandGood(check, origin);
    const { name, version } = written.template;
    const key = templateKey({ name, version });
    const before = await published(key, written.bundle.digest);
    if (before !== undefined) return before;
    const completed = (await complete?.(written)) ?? { check, vendored: null };
    const { template, bundle } = demandGood(completed.check, origin);
    const record: TemplateRecord = {
      reference: { name, version, digest: bundle.digest },
      name,
      template,
      commit: await origin.commitOf(written.bundle.files),
      source: origin.source,
      vendored: completed.vendored,
      publishedAtMs: clock?.nowMs() ?? null,
    };
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
        ? await published(key, written.bundle.digest)
        : undefined;
      if (meanwhile === undefined) throw error;
      return meanwhile;
    }
  };
}

export function isGood(check: TemplateCheck): check is GoodCheck {
  return check.template !== null && check.bundle !== null;
}

function demandGood(check: TemplateCheck, { label }: Origin): GoodCheck {
  if (isGood(check)) return check;
  throw problemsError(`The template in ${label}`, check.problems, check.sources);
}
