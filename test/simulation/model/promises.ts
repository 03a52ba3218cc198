import type { Command } from '../../../src/bus/messages/commands.ts';
import type { IntakeResult } from '../../../src/engine/engine.ts';
import type { Chronicle } from './chronicle.ts';
import {
  ACTION,
  type ExpectedRun,
  expectedRun,
  isOvertaken,
  type Model,
  willBeProtected,
  willExist,
} from './line.ts';
import type { Check, Records } from './records.ts';

/** What senders of commands were told, and whether it was so. */
export interface Promises {
  /** A command is on its way: from now on its refusal may become right. */
  ask(id: string, command: Command): void;
  /** The sender has an answer. */
  answered(id: string, result: IntakeResult): void;
  /** What the command may become: it was judged at some time since it was asked. */
  expectations(id: string): readonly ExpectedRun[];
  /** A delivery was acknowledged: the sender will not send it again. */
  acknowledged(id: string): void;
  check: Check;
}

interface Question {
  command: Command;
  /** Codes of refusals that would have been right at some time since it was asked. */
  right: Set<string>;
  /** As JSON. */
  expected: Map<string, ExpectedRun>;
  answer: string | undefined;
}

export function watchPromises(
  chronicle: Chronicle,
  { model, records }: { model: Model; records: Records },
): Promises {
  const questions = new Map<string, Question>();
  const open = new Set<Question>();

  function look(question: Question): void {
    const { command, right, expected } = question;
    for (const code of refusals(model, records, command)) right.add(code);
    const run = expectedRun(model, command);
    if (run !== undefined) expected.set(JSON.stringify(run), run);
  }

  /** The same at every repetition. */
  function seeAnswer(id: string, question: Question, result: IntakeResult): void {
    const told = result.outcome === 'accepted' ? result.runId : result.code;
    const answer = `${result.outcome} ${told}`;
    question.answer ??= answer;
    if (question.answer === answer) return;
    chronicle.complain(`command ${id} was answered "${question.answer}", and later "${answer}"`);
  }

  function seeRefusal(
    id: string,
    { right, command: { type, data } }: Question,
    { code, message }: Extract<IntakeResult, { outcome: 'rejected' }>,
  ): void {
    if (right.has(code)) return;
    const what = `${type} ${JSON.stringify(data)}`;
    chronicle.complain(`command ${id} (${what}) was refused without a reason: ${code}, ${message}`);
  }

  function entryOf(id: string) {
    return records.all('inbox').find((entry) => entry.id === id);
  }

  return {
    ask(id, command) {
      const question: Question = {
        command,
        right: new Set(),
        expected: new Map(),
        answer: undefined,
      };
      model.ask(id, command);
      questions.set(id, question);
      open.add(question);
      look(question);
    },
    answered(id, result) {
      const question = questions.get(id);
      if (question === undefined) return;
      open.delete(question);
      seeAnswer(id, question, result);
      if (entryOf(id)?.outcome !== result.outcome) {
        chronicle.complain(
          `command ${id} was ${result.outcome}, and the inbox knows nothing of it`,
        );
      }
      if (result.outcome === 'rejected') seeRefusal(id, question, result);
      else if (result.runId !== null && records.get('runs', result.runId) === undefined) {
        chronicle.complain(`command ${id} was accepted, and its run is not recorded`);
      }
    },
    expectations: (id) => [...(questions.get(id)?.expected.values() ?? [])],
    acknowledged(id) {
      const question = questions.get(id);
      if (question === undefined) return;
      open.delete(question);
      if (entryOf(id) === undefined) {
        chronicle.complain(`command ${id} was acknowledged, and is nowhere`);
      }
    },
    check() {
      for (const question of open) look(question);
    },
  };
}

const ASKED = ['RESOURCE_NOT_FOUND', 'ADOPTION_INVALID', 'ADOPTION_REFUSED', 'ROTATION_INVALID'];

/** What the command may be refused for as things stand now. */
function refusals(model: Model, records: Records, command: Command): string[] {
  switch (command.type) {
    case 'environment.create':
    case 'environment.update':
      return ofBuild(model, command);
    case 'environment.extend': {
      const environment = model.environment(command.data.name);
      return willExist(environment) && environment.exists ? [] : ['ENVIRONMENT_NOT_FOUND'];
    }
    case 'environment.reconcile':
      return willExist(model.environment(command.data.name))
        ? ['RESOURCE_NOT_FOUND']
        : ['ENVIRONMENT_NOT_FOUND'];
    case 'environment.destroy': {
      const environment = model.environment(command.data.name);
      const isGone = !willExist(environment);
      if (isGone) return ['ENVIRONMENT_NOT_FOUND'];
      const isGuarded = environment.line.length === 0 && holdsProtected(records, environment.name);
      return isGuarded || willBeProtected(environment) ? ['ENVIRONMENT_PROTECTED'] : [];
    }
    case 'action.run':
      return ofAction(model, command.data);
    case 'webhook.replay':
      // Nobody delivers in these stories.
      return ['DELIVERY_NOT_FOUND'];
    case 'run.cancel':
      return model.run(command.data.run)?.isOver ? ['RUN_FINISHED'] : [];
    case 'run.approve':
      return ofApproval(records, command.data);
    case 'run.retry':
      return ofRetry(model, records, command.data.run);
    case 'run.resolve':
      // Another run may have settled it, or be at it now.
      return ['STEP_NOT_UNKNOWN', 'RUN_NOT_FINISHED'];
  }
}

function holdsProtected(records: Records, name: string): boolean {
  return records.all('resources').some((one) => one.environment === name && one.protect);
}

type Build = Extract<Command, { type: 'environment.create' | 'environment.update' }>;

function ofBuild(model: Model, { type, data }: Build): string[] {
  const exists = willExist(model.environment(data.name));
  const isCreate = type === 'environment.create';
  const code = isCreate ? 'ENVIRONMENT_EXISTS' : 'ENVIRONMENT_NOT_FOUND';
  const asks = 'adopt' in data || 'rotate' in data;
  return [...(exists === isCreate ? [code] : []), ...(asks ? ASKED : [])];
}

function ofAction(
  model: Model,
  { environment, action }: Extract<Command, { type: 'action.run' }>['data'],
): string[] {
  if (!willExist(model.environment(environment))) return ['ENVIRONMENT_NOT_FOUND'];
  return action === ACTION ? [] : ['ACTION_NOT_FOUND'];
}

function ofApproval(records: Records, data: { run: string; plan?: string | undefined }): string[] {
  const run = records.get('runs', data.run);
  if (run === undefined) return [];
  if (run.status !== 'awaiting-approval' || run.cancelRequestedAtMs !== null) {
    return ['RUN_NOT_AWAITING'];
  }
  return data.plan === undefined || data.plan === run.approval?.plan ? [] : ['PLAN_CHANGED'];
}

function ofRetry(model: Model, records: Records, id: string): string[] {
  const run = model.run(id);
  if (run === undefined) return [];
  if (!run.isOver) return ['RUN_NOT_FINISHED'];
  const isLast = !isOvertaken(model, run);
  const hasSucceeded = records.get('runs', id)?.status === 'succeeded';
  const [step] = records.all('steps').filter(({ runId }) => runId === id);
  const isAction = run.kind === 'action';
  return [
    ...(isLast && !hasSucceeded ? [] : ['RUN_FINISHED']),
    ...(isAction && step?.status === 'succeeded' ? ['RUN_FINISHED'] : []),
    ...(isAction && step?.status === 'unknown' ? ['RESOURCE_UNKNOWN'] : []),
  ];
}
