import type { DriftRules } from './drift.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { ReconcileSchedule } from './schedule.ts';

/** Names one published template and the bundle that holds its content. */
export interface TemplateReference {
  name: string;
  version: string;
  /** SHA-256 of the bundle, as `sha256:<hex>`. */
  digest: string;
}

export interface Link {
  name: string;
  url: string;
}

/** A place that tells whether a resource lives. Texts may hold `${…}`. */
export interface StatusEndpoint {
  kind: 'http' | 'tcp' | 'consul';
  /** http: an absolute URL; tcp: `host:port`; consul: see `serviceTargetText`. */
  target: string;
  /** http only: accepted status codes; empty means any below 400. */
  expectStatus: number[];
  /** How long all attempts together may take before the resource counts as not living. */
  timeoutSeconds: number;
  intervalSeconds: number;
}

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  attemptsMax: number;
  initialDelayMs: number;
  delayMaxMs: number;
}

/** A node of a template's graph, checked. `with`, `count` and endpoints may still hold `${…}`. */
export interface ResourceTemplate {
  /** Behind the prefix of the nested template it comes from: `db/server`. */
  id: string;
  /** Where its texts are at home: the nested template's prefix; empty: the template itself. */
  prefix: string;
  /** The nested template whose bundle holds its files. Null: the template's own. */
  source: TemplateReference | null;
  executor: string;
  description: string;
  tags: string[];
  links: Link[];
  /** Absent: one resource whose address shows no index. A text is one `${…}` known when planning. */
  count: number | string | null;
  /** What the author wrote in `dependsOn`. */
  dependsOn: string[];
  /** Every resource this one needs: `dependsOn` and what its expressions refer to. Ids; sorted. */
  needs: string[];
  with: JsonObject;
  statusEndpoints: StatusEndpoint[];
  /** A text is one `${…}` known when planning. */
  protect: boolean | string;
  /** The name, shared by all environments, of what others own. Null: it is built here. */
  external: string | null;
  /** Ids that it had in older versions: what is recorded under one of them is this resource. */
  movedFrom: string[];
  pool: string;
  /** Bound on one attempt. Null: the executor's default. */
  timeoutSeconds: number | null;
  retry: RetryPolicy | null;
  /** Digest of the bundle's files that this resource uses; empty where it uses none. */
  contentDigest: string;
  /** Null, or absent in older records: nothing is ignored, nothing healed unasked. */
  drift?: DriftRules | null;
}

export interface ResourceGroup {
  /** Behind the prefix of the nested template that declares it. */
  name: string;
  description: string;
  tags: string[];
  /** Ids of resources, and prefixes of nested templates. */
  resources: string[];
}

/** Another template that is expanded in place: its resources are the template's, behind a prefix. */
export interface NestedTemplate {
  prefix: string;
  /** The prefix of the template in which it stands; empty: the template itself. */
  parent: string;
  template: TemplateReference;
  /** JSON Schema of its parameters. */
  schema: JsonObject;
  /** All that has a value. May hold `${…}` that is at home in the parent. */
  parameters: JsonObject;
  /** What the parent's texts read as `resources.<id>.outputs`. */
  outputs: OutputTemplate[];
}

export interface ActionTemplate {
  name: string;
  description: string;
  /** `url`: the program's page, shown only. */
  app: { name: string; url: string | null; command: string[] };
  /** How it is run. Absent in templates that were published before actions could be run. */
  terms?: ActionTerms;
}

export interface ActionTerms {
  /** JSON Schema of its arguments; `writeOnly: true` marks a secret one. */
  parameters: JsonObject;
  /** Names of outputs that are secret. */
  secretOutputs: string[];
  pool: string;
  /** Null: the executor's default. */
  timeoutSeconds: number | null;
  /** Null: one attempt. What an action did before it failed nobody knows. */
  retry: RetryPolicy | null;
}

export const DEFAULT_ACTION_TERMS: ActionTerms = {
  parameters: { type: 'object', properties: {} },
  secretOutputs: [],
  pool: 'default',
  timeoutSeconds: null,
  retry: null,
};

export interface EntrypointTemplate {
  name: string;
  description: string;
  url: string;
}

export interface OutputTemplate {
  name: string;
  description: string;
  value: JsonValue;
  /** Whether it is known before a run to be a secret, or to hold one. */
  secret: boolean;
}

/** A template that passed every check that can be made before a run. */
export interface Template {
  name: string;
  version: string;
  description: string;
  tags: string[];
  /** Whether each run of its environments needs an approval; null: it says nothing of it. */
  approval: 'required' | null;
  /** JSON Schema (draft 2020-12) of the parameters; `writeOnly: true` marks a secret one. */
  parameters: JsonObject;
  /** Those of nested templates included. */
  resources: ResourceTemplate[];
  /** Parents before what stands in them. */
  nested: NestedTemplate[];
  groups: ResourceGroup[];
  actions: ActionTemplate[];
  entrypoints: EntrypointTemplate[];
  outputs: OutputTemplate[];
  /** When its environments are reconciled by themselves; null, or absent in older records: never. */
  reconcile?: ReconcileSchedule | null;
}

/** Where in which Git repository a template was published from. Never holds credentials. */
export interface TemplateSource {
  /** `https://host/org/repo.git` or `ssh://git@host/org/repo.git`. */
  url: string;
  /** Folder in the repository, `/`-separated; empty for the whole of it. */
  path: string;
  /** Branch, tag or commit that was asked for; null: the default branch. */
  ref: string | null;
}

/** A published version. Never changes; a second publication of other content is refused. */
export interface TemplateRecord {
  reference: TemplateReference;
  /** `name`, again, for the index. */
  name: string;
  template: Template;
  /** Git commit that holds its files, where that is known. */
  commit: string | null;
  /** Null, or absent in older records, where it was published from a folder. */
  source?: TemplateSource | null;
  /** What was brought in from elsewhere; null, or absent in older records: nothing. */
  vendored?: Vendored | null;
  /** Null: it ships, and was not published yet. Never so in a data folder. */
  publishedAtMs: number | null;
}

/** What lies outside of a template's folder and was fixed and kept when it was published. */
export interface Vendored {
  /** Digest of the files as their author wrote them, before anything was added. */
  authorsDigest: string;
  modules: VendoredModule[];
  locks: VendoredLock[];
}

export interface VendoredModule {
  /** As it was asked for, without a folder. */
  source: string;
  /** Of a registry's module: the one that was chosen. */
  version: string | null;
  /** The repository it is from, or the archive that a registry led to. */
  url: string;
  /** The commit of the repository, or the digest of the archive (`sha256:<hex>`). */
  commit: string;
  /** Where it is in the bundle. */
  folder: string;
}

/** Which providers a module of the bundle is applied with. */
export interface VendoredLock {
  /** Its folder in the bundle. */
  module: string;
  /** `registry.terraform.io/hashicorp/random 3.9.0` */
  providers: string[];
}

export function templateKey(reference: { name: string; version: string }): string {
  return `${reference.name}@${reference.version}`;
}

/** How a name reads that is at home behind a prefix. */
export function behind(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}/${name}`;
}

export interface BundleFile {
  /** Relative, `/`-separated, never leaving the bundle. */
  path: string;
  /** Only the executable bit is kept. */
  executable: boolean;
  contentBase64: string;
}

/** The whole content of a template, addressed by the SHA-256 of its canonical JSON. */
export interface BundleRecord {
  digest: string;
  files: BundleFile[];
}
