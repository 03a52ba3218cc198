import { wouldFetchHelp } from '../../compose/terraform-check.ts';
import { environmentDocument } from '../../documents/documents.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import { isRunFinished } from '../../model/run.ts';
import { systemClock } from '../../platform/clock.ts';
import { redactJson } from '../../platform/redact-json.ts';
import { findEnvironment, resourcesOf } from '../../queries/lookup.ts';
import { entrypointLines, outputLines } from '../pages/environments.ts';
import { paintStatus, plural } from '../pages/words.ts';
import type { Session } from '../session.ts';
import type { Palette } from '../terminal/palette.ts';
import { section } from '../terminal/table.ts';
import type { Timed } from '../times.ts';
import { build } from './environment/build.ts';
import { destroy } from './environment/destroy.ts';
import { readGraph } from './environment/graph.ts';
import { followRun } from './run/follow-run.ts';
import { offerTerraform } from './terraform-offer.ts';

export interface DemoRequest extends Timed {
  keep: boolean;
  template: string;
  /** Fetched without a question where it is missing. */
  installTerraform: boolean;
  /** For the answer: lines on stdout, and their colours. */
  show(lines: readonly string[]): void;
  palette: Palette;
}

/** An environment that a demo made, and one that is to stay. */
const DEMO_TAG = 'biotope-demo';
const KEEP_TAG = 'keep';

/**
 * Builds an environment, shows it and destroys it again. What an earlier demo left behind because
 * it was interrupted is taken up, or destroyed first.
 */
export async function demo(session: Session, request: DemoRequest): Promise<object> {
  const { server } = session.biotope;
  if (server !== undefined) {
    throw new BiotopeError('USAGE', {
      message: `The demo is of this machine alone, and commands go to the server at ${server.server}.`,
      remedy: 'For the demo: BIOTOPE_CONTEXT=embedded biotope demo',
    });
  }
  try {
    return await buildAndShow(session, request);
  } catch (error) {
    const { installTerraform: isWanted } = request;
    const terms = { ...session, config: session.biotope.config, isWanted };
    // It was looked for before anything was begun.
    if (!wouldFetchHelp(error) || !(await offerTerraform(terms))) throw error;
    return buildAndShow(session, request);
  }
}

async function buildAndShow(session: Session, request: DemoRequest): Promise<object> {
  const name = (await takeUpOlder(session, request)) ?? (await buildNew(session, request));
  const environment = await findEnvironment(session.biotope.store, name);
  const resources = await resourcesOf(session.biotope.store, name);
  const graph = await readGraph(session.biotope.store, name, 'tree');
  request.show(pageOf(environment, graph.lines(request.palette), request.palette));
  const document = {
    environment: environmentDocument(environment),
    graph: graph.document,
    kept: request.keep,
  };
  if (request.keep) {
    request.show(['', ...howToLook(name)]);
    return document;
  }
  request.show(['']);
  await destroy(session, { name, timeout: request.timeout });
  const count = plural(resources.length, 'resource');
  request.show([
    `environment ${name} is destroyed: ${count} were built, checked and taken down.`,
    'Make your own: biotope environment create NAME --template hello',
  ]);
  return document;
}

function pageOf(environment: EnvironmentRecord, graph: string[], palette: Palette): string[] {
  return [
    `environment ${palette.strong(environment.name)} is ${paintStatus(environment.status, palette)}`,
    ...section('Entrypoints', entrypointLines(environment, palette)),
    ...section('Outputs', outputLines(redactJson(environment.outputs))),
    ...section('Graph: each resource above what it needs', graph),
  ];
}

function howToLook(name: string): string[] {
  return [
    'It stays. To look at it, and to destroy it:',
    `  biotope environment show ${name}`,
    `  biotope environment output ${name} --show-secrets`,
    `  biotope environment destroy ${name} --yes`,
  ];
}

async function buildNew(session: Session, request: DemoRequest): Promise<string> {
  const { keep, template, timeout } = request;
  const tag = keep ? [DEMO_TAG, KEEP_TAG] : [DEMO_TAG];
  for (let name = await freeName(session); ; name = await freeName(session)) {
    try {
      const description = 'Made by "biotope demo".';
      await build(session, 'environment.create', { name, template, tag, description, timeout });
      return name;
    } catch (error) {
      // Another demo was quicker with this name.
      if (!isBiotopeError(error, 'ENVIRONMENT_EXISTS')) throw error;
    }
  }
}

async function freeName({ biotope }: Session): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'demo' : `demo-${number}`;
    const known = await biotope.store.get('environments', name);
    if (known === undefined || known.value.status === 'destroyed') return name;
  }
}

/**
 * The environment of a demo that was interrupted while it was built: it is built to its end here.
 * One that failed, or was already being destroyed, is destroyed. While another process drives,
 * what there is may be its own: nothing is touched.
 */
async function takeUpOlder(session: Session, request: DemoRequest): Promise<string | undefined> {
  const { biotope, screen } = session;
  if (!(await biotope.drive())) return undefined;
  let takenUp: string | undefined;
  for (const left of await leftBehind(session)) {
    const { name } = left;
    const isBuilding = left.status === 'deploying' || left.status === 'validating';
    screen.print([`environment ${name} was left by a demo that was interrupted (${left.status})`]);
    await endRun(session, left);
    const now = (await findEnvironment(biotope.store, name)).status;
    if (takenUp === undefined && isBuilding && now === 'ok') takenUp = name;
    else if (now !== 'destroyed') await destroy(session, { name, timeout: request.timeout });
  }
  return takenUp;
}

async function leftBehind({ biotope }: Session): Promise<EnvironmentRecord[]> {
  const found = await biotope.store.find('environments');
  return found
    .map(({ value }) => value)
    .filter(
      ({ tags, status }) =>
        tags.includes(DEMO_TAG) && !tags.includes(KEEP_TAG) && status !== 'destroyed',
    );
}

async function endRun(session: Session, { activeRunId }: EnvironmentRecord): Promise<void> {
  if (activeRunId === null) return;
  const run = await session.biotope.store.get('runs', activeRunId);
  if (run === undefined || isRunFinished(run.value)) return;
  await followRun(session, activeRunId, { timeoutMs: null, sinceMs: systemClock.nowMs() });
}
