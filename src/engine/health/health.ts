import {
  type EnvironmentRecord,
  isJudgedByHealth,
  loseHealth,
  regainHealth,
} from '../../model/environment.ts';
import { isBiotopeError } from '../../model/errors.ts';

import type { Failure } from '../../model/run.ts';

import type { EngineContext } from '../context.ts';
import type { Duty } from '../duties/duties.ts';
import { environmentEvent, put, unchanged } from '../transactions.ts';
import { createRounds } from './rounds.ts';
import { createSilences, type Question } from './silences.ts';

/** So often it is looked whose turn it is, as a part of the pause between two turns. */
const LOOKS_PER_TURN = 10;
const LOOK_MIN_MS = 500;

/**
 * Asks the status endpoints of what is built, again and again. One that was silent several times in a
 * row makes its environment failed, which is ok again once all of them answer. Whatever a run holds is
 * left to that run.
 */
export function watchingHealth(context: EngineContext): Duty {
  const { store, clock, settings } = context;
  const rounds = createRounds(context);
  const silences = createSilences(settings.healthFailuresMax);

  async function perform(signal: AbortSignal): Promise<void> {
    const found = await store.find('environments', { where: { status: ['ok', 'failed'] } });
    const watched = found.map(({ value }) => value).filter(isJudgedByHealth);
    const due = rounds.due(watched, clock.nowMs());
    const questions = (await Promise.all(due.map(questionsAbout))).flat();
    silences.keepOnly(watched);
    await askAll(questions, signal);
    for (const environment of due) {
      signal.throwIfAborted();
      const asked = questions.filter((question) => question.environment === environment);
      await judge(environment, asked);
    }
  }

  async function questionsAbout(environment: EnvironmentRecord): Promise<Question[]> {
    const { name } = environment;
    const found = await store.find('resources', { where: { environment: name } });
    return found.flatMap(({ value: resource }) =>
      resource.statusEndpoints.map((endpoint) => ({ environment, resource, endpoint })),
    );
  }

  /** A bounded number at once, whosever they are. */
  async function askAll(questions: readonly Question[], signal: AbortSignal): Promise<void> {
    const open = questions.values();
    const lane = async () => {
      for (const question of open) {
        const { probeTimeoutMs } = settings;
        const answer = await context.probe(question.endpoint, probeTimeoutMs, signal);
        signal.throwIfAborted();
        silences.note(question, answer);
      }
    };
    const lanes = Math.min(questions.length, settings.probesConcurrentMax);
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  async function judge(environment: EnvironmentRecord, asked: readonly Question[]): Promise<void> {
    const lost = asked.map(silences.lossOf).find((failure) => failure !== null) ?? null;
    if (lost === null && !asked.every(silences.isAnswering)) return;
    const isTold = lost === null ? environment.status === 'ok' : environment.status === 'failed';
    if (!isTold) await record(environment, lost);
  }

  /** Rests on what is there now: a run that has begun meanwhile, or another one's word, goes before. */
  async function record({ name, id }: EnvironmentRecord, lost: Failure | null): Promise<void> {
    const stored = await store.get('environments', name);
    if (stored === undefined || stored.value.id !== id || !isJudgedByHealth(stored.value)) return;
    const after = lost === null ? regainHealth(stored.value) : loseHealth(stored.value, lost);
    if (after === stored.value) return;
    const data = lost === null ? {} : { failure: { ...lost } };
    const facts = { environment: name, runId: null };
    try {
      await store.commit({
        scope: name,
        expect: [unchanged('environments', name, stored)],
        writes: [put('environments', name, after)],
        events: [environmentEvent(`environment.${after.status}`, facts, data)],
      });
    } catch (error) {
      if (!isBiotopeError(error, 'STORE_CONFLICT')) throw error;
    }
  }

  const everyMs = Math.max(LOOK_MIN_MS, settings.healthIntervalMs / LOOKS_PER_TURN);
  return { name: 'watch health', everyMs, perform };
}
