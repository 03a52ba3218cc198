import { standsUntilMended } from '../../../../model/errors.ts';
import { isRunFinished } from '../../../../model/run.ts';
import type { StepRecord } from '../../../../model/step.ts';
import { shellWord } from '../../../../platform/shell-word.ts';
import type { NextStep } from '../../../pages/explanation.ts';
import type { ResourceFacts, RunFacts, StepFacts } from './facts.ts';

/** What can be done about a step, as commands. */
export function nextForStep(facts: StepFacts, causes: readonly StepRecord[]): NextStep[] {
  const { run, step, labelNow } = facts;
  const { label, status } = step;
  const logs = (why: string) => say(why, `run logs ${run.id} ${shellWord(label)}`);
  switch (status) {
    case 'failed':
      return [logs('what it said'), ...again(facts, step)];
    case 'cancelled':
      return again(facts, step);
    case 'skipped':
      return [...causes.map((cause) => explainStep(facts, cause)), ...again(facts, step)];
    case 'unknown':
      return step.needsResolve
        ? [logs('what it said before'), ...resolutions(facts)]
        : goingOn(facts, 'to have it inspected');
    case 'succeeded':
      return labelNow === null ? [] : nextForDone(facts, labelNow);
    case 'running':
      if (facts.driver === null) return [...goingOn(facts, 'to take it up'), logs('what it said')];
      return [say('what it says', `run logs ${run.id} ${shellWord(label)} --follow`)];
    default:
      if (facts.driver === null) return goingOn(facts, 'to go on with it');
      return [
        ...causes.map((one) => explainStep(facts, one)),
        say('to follow the run', `run resume ${run.id}`),
      ];
  }
}

function nextForDone({ run: { environment }, step }: StepFacts, labelNow: string): NextStep[] {
  const shown = say('what it is now', `resource show ${shellWord(`${environment}/${labelNow}`)}`);
  if (step.result !== 'drifted') return [shown];
  const heal = `environment reconcile ${environment} --heal --resource ${shellWord(labelNow)}`;
  return [
    say('what differs', `environment drift ${environment}`),
    say('to build it again as it was', heal),
  ];
}

/** What can be done where the run has no step for it. */
export function nextForResource(facts: ResourceFacts): NextStep[] {
  const { run, resource, builder } = facts;
  const { environment, label } = resource;
  const built =
    builder === null || builder.id === run.id
      ? []
      : [say('how it came to be as it is', `run explain ${builder.id} ${shellWord(label)}`)];
  return [say('what it is now', `resource show ${shellWord(`${environment}/${label}`)}`), ...built];
}

/** What can be done while or after a run had no plan. */
export function nextForRun(facts: RunFacts): NextStep[] {
  const { run, ahead } = facts;
  if (run.status === 'awaiting-approval') {
    return [
      say('what it would do', `run show ${run.id}`),
      say('to let it do that', `run approve ${run.id}`),
      say('to give it up', `run cancel ${run.id}`),
    ];
  }
  const first = ahead.slice(0, 1).map((one) => say('what comes first', `run show ${one.id}`));
  if (!isRunFinished(run)) return [...goingOn(facts, 'to go on with it'), ...first];
  return [say('the whole run', `run show ${run.id}`), ...again(facts, null)];
}

function explainStep({ run }: RunFacts, { label }: StepRecord): NextStep {
  return say(`why ${label} holds it up`, `run explain ${run.id} ${shellWord(label)}`);
}

function goingOn({ run, driver }: RunFacts, why: string): NextStep[] {
  return driver === null && !isRunFinished(run) ? [say(why, `run resume ${run.id}`)] : [];
}

function resolutions({ run, step }: StepFacts): NextStep[] {
  const command = `run resolve ${run.id} ${shellWord(step.label)}`;
  return [
    say('if it is done', `${command} --as done`),
    say('if nothing of it was begun', `${command} --as not-started`),
  ];
}

/** A retry begins where the run stopped; only the last run of an environment can be retried. */
function again(facts: RunFacts, step: StepRecord | null): NextStep[] {
  const { run, isNewest } = facts;
  if (!isRunFinished(run)) return [say('how far the run is', `run show ${run.id}`)];
  if (run.status === 'succeeded') return [];
  if (!isNewest) return [say('the run that came last', `run show ${run.environment}`)];
  const code = (step?.status === 'failed' ? step.failure : run.failure)?.code;
  const stands = code !== undefined && standsUntilMended(code);
  const why = stands ? 'once what the failure says is mended' : 'to go on where the run stopped';
  return [say(why, `run retry ${run.id}`)];
}

function say(why: string, command: string): NextStep {
  return { why, command: `biotope ${command}` };
}
