import type { DriftRules } from '../drift.ts';
import type { ReconcileSchedule } from '../schedule.ts';
import type {
  ActionTemplate,
  ActionTerms,
  EntrypointTemplate,
  Link,
  NestedTemplate,
  OutputTemplate,
  ResourceGroup,
  ResourceTemplate,
  RetryPolicy,
  StatusEndpoint,
  Template,
  TemplateRecord,
  TemplateReference,
  TemplateSource,
  Vendored,
  VendoredLock,
  VendoredModule,
} from '../template.ts';
import {
  either,
  flag,
  json,
  listOf,
  map,
  nullOr,
  number,
  oneOf,
  optional,
  shaped,
  text,
  time,
} from './check.ts';

export const templateReference = shaped<TemplateReference>({
  name: text,
  version: text,
  digest: text,
});

export const link = shaped<Link>({ name: text, url: text });

export const statusEndpoint = shaped<StatusEndpoint>({
  kind: oneOf<StatusEndpoint['kind']>({ http: true, tcp: true, consul: true }),
  target: text,
  expectStatus: listOf(number),
  timeoutSeconds: number,
  intervalSeconds: number,
});

const retryPolicy = shaped<RetryPolicy>({
  attemptsMax: number,
  initialDelayMs: number,
  delayMaxMs: number,
});

export const driftRules = shaped<DriftRules>({ ignore: listOf(text), heal: flag });

export const reconcileSchedule = shaped<ReconcileSchedule>({
  schedule: text,
  timeZone: text,
  heal: nullOr(flag),
});

const resourceTemplate = shaped<ResourceTemplate>({
  id: text,
  prefix: text,
  source: nullOr(templateReference),
  executor: text,
  description: text,
  tags: listOf(text),
  links: listOf(link),
  count: nullOr(either(number, text)),
  dependsOn: listOf(text),
  needs: listOf(text),
  with: map,
  statusEndpoints: listOf(statusEndpoint),
  protect: either(flag, text),
  external: nullOr(text),
  movedFrom: listOf(text),
  pool: text,
  timeoutSeconds: nullOr(number),
  retry: nullOr(retryPolicy),
  contentDigest: text,
  drift: optional(nullOr(driftRules)),
});

const output = shaped<OutputTemplate>({ name: text, description: text, value: json, secret: flag });

const nested = shaped<NestedTemplate>({
  prefix: text,
  parent: text,
  template: templateReference,
  schema: map,
  parameters: map,
  outputs: listOf(output),
});

const group = shaped<ResourceGroup>({
  name: text,
  description: text,
  tags: listOf(text),
  resources: listOf(text),
});

const action = shaped<ActionTemplate>({
  name: text,
  description: text,
  app: shaped<ActionTemplate['app']>({ name: text, url: nullOr(text), command: listOf(text) }),
  terms: optional(
    shaped<ActionTerms>({
      parameters: map,
      secretOutputs: listOf(text),
      pool: text,
      timeoutSeconds: nullOr(number),
      retry: nullOr(retryPolicy),
    }),
  ),
});

const template = shaped<Template>({
  name: text,
  version: text,
  description: text,
  tags: listOf(text),
  approval: nullOr(oneOf<'required'>({ required: true })),
  parameters: map,
  resources: listOf(resourceTemplate),
  nested: listOf(nested),
  groups: listOf(group),
  actions: listOf(action),
  entrypoints: listOf(shaped<EntrypointTemplate>({ name: text, description: text, url: text })),
  outputs: listOf(output),
  reconcile: optional(nullOr(reconcileSchedule)),
});

const vendored = shaped<Vendored>({
  authorsDigest: text,
  modules: listOf(
    shaped<VendoredModule>({
      source: text,
      version: nullOr(text),
      url: text,
      commit: text,
      folder: text,
    }),
  ),
  locks: listOf(shaped<VendoredLock>({ module: text, providers: listOf(text) })),
});

export const templateRecord = shaped<TemplateRecord>({
  reference: templateReference,
  name: text,
  template,
  commit: nullOr(text),
  source: optional(nullOr(shaped<TemplateSource>({ url: text, path: text, ref: nullOr(text) }))),
  vendored: optional(nullOr(vendored)),
  publishedAtMs: nullOr(time),
});
