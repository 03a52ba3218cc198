import type { Biotope } from '../../src/compose/seat/contract.ts';
import type { Answer, Piece, Session } from '../../src/presentation/session.ts';
import { createScreen } from '../../src/presentation/terminal/screen.ts';
import {
  listEnvironments,
  viewEnvironment,
} from '../../src/presentation/usecases/environment/environments.ts';
import { readGraph } from '../../src/presentation/usecases/environment/graph.ts';
import { showOutputs } from '../../src/presentation/usecases/environment/outputs.ts';
import { plan } from '../../src/presentation/usecases/environment/plan.ts';
import { watchEvents } from '../../src/presentation/usecases/environment/watch-events.ts';
import { readDependencies } from '../../src/presentation/usecases/resource/dependencies.ts';
import { listResources } from '../../src/presentation/usecases/resource/list-resources.ts';
import { viewResource } from '../../src/presentation/usecases/resource/view-resource.ts';
import { explain } from '../../src/presentation/usecases/run/explain/explaining.ts';
import { readLogs } from '../../src/presentation/usecases/run/read-logs.ts';
import { listRuns, viewRun } from '../../src/presentation/usecases/run/runs.ts';
import { searchRecords } from '../../src/presentation/usecases/search.ts';
import { planTemplate } from '../../src/presentation/usecases/template/template-plan.ts';
import { listTemplates, viewTemplate } from '../../src/presentation/usecases/template/templates.ts';
import { palette } from '../unit/presentation/samples.ts';

type Reader = (biotope: Biotope) => Promise<Answer>;

const NOW_MS = 1_800_000_000_000;
const { signal } = new AbortController();

function sessionOf(biotope: Biotope): Session {
  const screen = createScreen({ write: () => true });
  const interrupt = { signal, leave: () => {}, ignore: () => {} };
  return { biotope, screen, palette, interrupt, advise: () => {} };
}

/** Whatever shows or plans records, as commands do it. */
export const READERS: Record<string, Reader> = {
  ...eachOf(['one', 'two', 'three'], (name) => ({
    [`environment show ${name}`]: ({ store }) => viewEnvironment(store, { name, nowMs: NOW_MS }),
    [`run show ${name}`]: (biotope) => viewRun(biotope, name),
    [`environment output ${name}`]: (biotope) =>
      showOutputs(biotope, { environment: name, key: undefined, showSecrets: true }),
    [`environment plan ${name}`]: (biotope) =>
      plan(sessionOf(biotope), { name, parameter: ['note=other'], diff: false }),
    [`environment plan ${name} --destroy`]: (biotope) =>
      plan(sessionOf(biotope), { name, destroy: true, diff: false }),
    [`run explain ${name} web`]: (biotope) => explain(biotope, { run: name, step: 'web' }),
    [`resource show ${name}/web`]: ({ store }) => viewResource(store, `${name}/web`),
  })),
  ...eachOf(['tree', 'dot', 'mermaid', 'json'] as const, (format) => ({
    [`environment graph ${format}`]: ({ store }) => readGraph(store, 'one', format),
  })),
  'environment list': ({ store }) =>
    listEnvironments(store, { all: true, expiring: false, nowMs: NOW_MS }),
  'environment watch': (biotope) => {
    const request = { environment: 'one', history: true, once: true, palette, signal };
    return gathered(watchEvents(biotope, request));
  },
  'resource show nested': ({ store }) => viewResource(store, 'one/db/entry[0]'),
  'resource list': ({ store }) => listResources(store, {}, 100),
  'resource dependents': ({ store }) =>
    readDependencies(store, { of: 'external:payments-api', direction: 'dependents', limit: 10 }),
  'resource dependencies': ({ store }) =>
    readDependencies(store, { of: 'one/web', direction: 'dependencies', limit: 10 }),
  'run list': ({ store }) => listRuns(store, { environment: undefined, limit: 20, nowMs: NOW_MS }),
  'run logs': (biotope) => {
    const request = { run: 'one', step: undefined, follow: false, palette, signal };
    return gathered(readLogs(biotope, request));
  },
  search: ({ store }) =>
    searchRecords(store, { words: ['outer', 'web', 'one'], kinds: undefined, limit: 50 }),
  'template list': ({ store }) => listTemplates(store),
  'template show outer': ({ store }) => viewTemplate(store, 'outer'),
  'template show inner': ({ store }) => viewTemplate(store, 'inner'),
  'template plan': (biotope) => planTemplate(sessionOf(biotope), { template: 'outer' }),
};

function eachOf<N extends string>(
  names: readonly N[],
  make: (name: N) => Record<string, Reader>,
): Record<string, Reader> {
  return Object.assign({}, ...names.map(make));
}

/** A stream, to its end, as one answer. */
async function gathered(stream: AsyncIterable<Piece>): Promise<Answer> {
  const pieces = await Array.fromAsync(stream);
  return {
    document: pieces.flatMap(({ documents }) => documents),
    lines: () => pieces.flatMap(({ lines }) => lines()),
  };
}
