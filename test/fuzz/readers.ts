import type { Biotope } from '../../src/compose/seat/contract.ts';
import {
  eventDocument,
  publishedTemplateDocument,
  runDocument,
  stepDocument,
} from '../../src/presentation/pages/documents.ts';
import { eventLine, watchEvents } from '../../src/presentation/pages/events.ts';
import { logLines, readLogs } from '../../src/presentation/pages/logs.ts';
import { readOutputs } from '../../src/presentation/pages/outputs.ts';
import { planDocument, planLines } from '../../src/presentation/pages/plan.ts';
import {
  resourceListDocument,
  resourcePage,
  resourceTable,
  resourceViewDocument,
} from '../../src/presentation/pages/resources.ts';
import { runPage, runTable } from '../../src/presentation/pages/runs.ts';
import { searchDocument, searchLines } from '../../src/presentation/pages/search.ts';
import { templatePage, templateTable } from '../../src/presentation/pages/templates.ts';
import type { Answer, Session } from '../../src/presentation/session.ts';
import { createScreen } from '../../src/presentation/terminal/screen.ts';
import { readDependencies } from '../../src/presentation/usecases/dependencies.ts';
import { listEnvironments, viewEnvironment } from '../../src/presentation/usecases/environments.ts';
import { explain } from '../../src/presentation/usecases/explain/explaining.ts';
import { createRunReader } from '../../src/presentation/usecases/follow-run.ts';
import { readGraph } from '../../src/presentation/usecases/graphing.ts';
import {
  findEnvironment,
  findRun,
  inOrder,
  runsOf,
} from '../../src/presentation/usecases/lookup.ts';
import { plan } from '../../src/presentation/usecases/planning.ts';
import { listResources, viewResource } from '../../src/presentation/usecases/resources.ts';
import { searchRecords } from '../../src/presentation/usecases/searching.ts';
import { planTemplate } from '../../src/presentation/usecases/template-plan.ts';
import { palette } from '../unit/presentation/samples.ts';

type Reader = (biotope: Biotope) => Promise<Answer | Shown>;
type Shown = Pick<Answer, 'document'> & { lines: Answer['lines'] };

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
    [`run show ${name}`]: (biotope) => showRun(biotope, name),
    [`environment output ${name}`]: async ({ store, secrets }) => {
      const document = await readOutputs(await findEnvironment(store, name), undefined, secrets);
      return { document, lines: () => [] };
    },
    [`environment plan ${name}`]: async (biotope) =>
      planned(biotope, { name, parameter: ['note=other'] }),
    [`environment plan ${name} --destroy`]: (biotope) => planned(biotope, { name, destroy: true }),
    [`run explain ${name} web`]: (biotope) => explain(biotope, { run: name, step: 'web' }),
    [`resource show ${name}/web`]: ({ store }) => showResource(store, `${name}/web`),
  })),
  ...eachOf(['tree', 'dot', 'mermaid', 'json'] as const, (format) => ({
    [`environment graph ${format}`]: ({ store }) => readGraph(store, 'one', format),
  })),
  'environment list': ({ store }) => listEnvironments(store, { all: true, nowMs: NOW_MS }),
  'environment watch': watched,
  'resource show nested': ({ store }) => showResource(store, 'one/db/entry[0]'),
  'resource list': async ({ store }) => {
    const list = await listResources(store, {}, 100);
    return { document: resourceListDocument(list), lines: () => resourceTable(list, palette) };
  },
  'resource dependents': ({ store }) =>
    readDependencies(store, { of: 'external:payments-api', direction: 'dependents', limit: 10 }),
  'resource dependencies': ({ store }) =>
    readDependencies(store, { of: 'one/web', direction: 'dependencies', limit: 10 }),
  'run list': async ({ store }) => {
    const runs = await runsOf(store, { environment: undefined, limit: 20 });
    const lines = () => runTable(runs, { palette, nowMs: NOW_MS });
    return { document: runs.map(runDocument), lines };
  },
  'run logs': async (biotope) => {
    const request = { run: 'one', step: undefined, follow: false, signal };
    const lines: string[] = [];
    for await (const piece of readLogs(biotope, request)) {
      lines.push(...logLines(piece, { named: true, palette }));
    }
    return { document: lines, lines: () => lines };
  },
  search: async ({ store }) => {
    const request = { words: ['outer', 'web', 'one'], collections: undefined, limit: 50 };
    const result = await searchRecords(store, request);
    return { document: searchDocument(result), lines: () => searchLines(result, palette) };
  },
  'template list and show': async ({ store }) => {
    const templates = (await store.find('templates')).map(({ value }) => value);
    return {
      document: templates.map(publishedTemplateDocument),
      lines: () => [
        ...templateTable(templates, palette),
        ...templates.flatMap((one) => templatePage(one, palette)),
      ],
    };
  },
  'template plan': (biotope) => planTemplate(sessionOf(biotope), { template: 'outer' }),
};

function eachOf<N extends string>(
  names: readonly N[],
  make: (name: N) => Record<string, Reader>,
): Record<string, Reader> {
  return Object.assign({}, ...names.map(make));
}

async function showRun(biotope: Biotope, name: string): Promise<Shown> {
  const { id } = await findRun(biotope.store, name);
  const { run, waiting, steps } = await createRunReader(biotope, id)();
  const page = { run, steps: inOrder(steps), waiting, isInterrupted: false };
  return {
    document: { run: runDocument(run), steps: page.steps.map(stepDocument) },
    lines: () => runPage(page, { palette, nowMs: NOW_MS }),
  };
}

async function showResource(store: Biotope['store'], name: string): Promise<Shown> {
  const view = await viewResource(store, name);
  return { document: resourceViewDocument(view), lines: () => resourcePage(view, palette) };
}

async function planned(
  biotope: Biotope,
  request: { name: string; parameter?: string[]; destroy?: boolean },
): Promise<Shown> {
  const view = await plan(sessionOf(biotope), { ...request, diff: false });
  return { document: planDocument(view), lines: () => planLines(view, palette) };
}

async function watched(biotope: Biotope): Promise<Shown> {
  const request = { environment: 'one', history: true, once: true, signal };
  const events = await Array.fromAsync(watchEvents(biotope, request));
  return {
    document: events.map(eventDocument),
    lines: () => events.map((event) => eventLine(event, palette)),
  };
}
