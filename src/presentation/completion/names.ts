import { dataPaths } from '../../compose/data-folder.ts';
import { withShipped } from '../../compose/publishing/with-shipped.ts';
import { createReader } from '../../compose/seat/reader.ts';
import { loadConfig } from '../../config/load.ts';
import { findTemplate } from '../../engine/find-template.ts';
import { isJsonObject } from '../../model/json.ts';
import { type Template, templateKey } from '../../model/template.ts';
import { findRun, runsOf, stepsOf } from '../../queries/lookup.ts';
import type { Store } from '../../store/store.ts';
import { runTitle } from '../pages/words.ts';
import type { Candidate, Given } from './question.ts';

type Read = (store: Store, asked: Asked) => Promise<Candidate[]>;

interface Asked {
  /** What is typed of the name. */
  begun: string;
  given: Given;
}

const RUNS_MAX = 50;

/** Names of what a data folder holds, by the argument or option that asks for one. */
const READERS: Record<string, Read> = {
  environment: environments,
  run: async (store) => [...(await runs(store)), ...(await environments(store))],
  step: async (store, { given }) => {
    const steps = await stepsOf(store, (await findRun(store, first(given, 'run'))).id);
    return steps.map(({ label, status }) => ({ value: label, description: status }));
  },
  template: async (store) => {
    const found = await store.find('templates');
    return found.map(({ value: { reference, template } }) => ({
      value: templateKey(reference),
      description: template.description,
    }));
  },
  key: async (store, { given }) => {
    const found = await store.get('environments', first(given, 'environment'));
    return Object.keys(found?.value.outputs ?? {}).map((value) => ({ value, description: '' }));
  },
  action: async (store, { given }) => {
    const found = await store.get('environments', first(given, 'environment'));
    if (found === undefined) return [];
    const { template } = await findTemplate(store, templateKey(found.value.template));
    return template.actions.map(({ name, description }) => ({ value: name, description }));
  },
  parameter: parameters,
  // Of one environment, where the command names it; else with its environment in front.
  resource: (store, asked) =>
    asked.given.has('environment') ? labels(store, asked) : resources(store, asked),
};

/** Changes nothing. What cannot be read has no names: a completion has nowhere to complain. */
export async function namesIn(of: string, asked: Asked): Promise<Candidate[]> {
  const read = READERS[of];
  if (read === undefined) return [];
  const { dataFolder, limits } = loadConfig({
    flags: { config: asked.given.get('config')?.at(-1), data: asked.given.get('data')?.at(-1) },
    environment: process.env,
    folder: process.cwd(),
  });
  const reader = createReader(dataPaths(dataFolder));
  const store = withShipped(reader.store(), limits);
  try {
    return await read(store, asked);
  } finally {
    await store.close();
    await reader.close();
  }
}

function first(given: Given, name: string): string {
  return given.get(name)?.[0] ?? '';
}

async function environments(store: Store): Promise<Candidate[]> {
  const found = await store.find('environments');
  return found
    .filter(({ value }) => value.status !== 'destroyed')
    .map(({ value: { name, status } }) => ({ value: name, description: status }));
}

async function runs(store: Store): Promise<Candidate[]> {
  const newest = await runsOf(store, { environment: undefined, limit: RUNS_MAX });
  return newest.map((run) => ({ value: run.id, description: `${runTitle(run)}, ${run.status}` }));
}

/** The template that is named, or the one that the environment is made from. */
async function templateOf(store: Store, { given }: Asked): Promise<Template | undefined> {
  const known = await store.get('environments', first(given, 'environment'));
  const recorded = known === undefined ? undefined : templateKey(known.value.template);
  const selector = given.get('template')?.at(-1) ?? recorded;
  return selector === undefined ? undefined : (await findTemplate(store, selector)).template;
}

/** What the template makes, and what is recorded. */
async function labels(store: Store, asked: Asked): Promise<Candidate[]> {
  const template = await templateOf(store, asked);
  const environment = first(asked.given, 'environment');
  const found = await store.find('resources', { where: { environment } });
  const all = new Map((template?.resources ?? []).map(({ id, executor }) => [id, executor]));
  for (const { value } of found) all.set(value.label, value.status);
  return [...all].map(([value, description]) => ({ value, description }));
}

/** `NAME=` */
async function parameters(store: Store, asked: Asked): Promise<Candidate[]> {
  const schema = (await templateOf(store, asked))?.parameters.properties;
  const properties = isJsonObject(schema) ? schema : {};
  return Object.entries(properties).map(([name, property]) => {
    const { description = '' } = isJsonObject(property) ? property : {};
    return { value: `${name}=`, description: String(description) };
  });
}

/** `ENVIRONMENT/` first, then the resources of that one. */
async function resources(store: Store, { begun }: Asked): Promise<Candidate[]> {
  const at = begun.indexOf('/');
  if (at < 0) {
    const all = await environments(store);
    return all.map(({ value, description }) => ({ value: `${value}/`, description }));
  }
  const environment = begun.slice(0, at);
  const found = await store.find('resources', { where: { environment } });
  return found.map(({ value: { label, status } }) => ({
    value: `${environment}/${label}`,
    description: status,
  }));
}
