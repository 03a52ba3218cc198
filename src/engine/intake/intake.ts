import type { CommandDelivery } from '../../bus/bus.ts';
import type { Command } from '../../bus/messages/commands.ts';
import { type BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { JsonValue } from '../../model/json.ts';
import { WEBHOOKS_SCOPE } from '../../model/webhook.ts';
import { keyedDigestJson } from '../../platform/digest.ts';
import type { InboxRecord } from '../../store/records.ts';
import type { EngineContext } from '../context.ts';
import { decideAnew } from '../decide-anew.ts';
import type { CommandIdentity, IntakeResult, Received } from '../engine.ts';
import { environmentEvent, put } from '../transactions.ts';
import { acceptAction } from './action-command.ts';
import { acceptApproval } from './approve-command.ts';
import { auditWrite } from './audit.ts';
import { acceptBuild, acceptDestroy } from './environment-commands.ts';
import { createFingerprintKey } from './fingerprint-key.ts';
import { inboxKey, inboxRecord, repeatAnswer } from './inbox.ts';
import { type CheckedCommand, parseCommand, parseDelivery } from './parse.ts';
import { acceptExtend } from './planned-destruction.ts';
import { acceptReconcile } from './reconcile-command.ts';
import { acceptReplay } from './replay-command.ts';
import { acceptResolve } from './resolve-command.ts';
import { acceptCancel, acceptRetry } from './run-commands.ts';
import { createTurns } from './turns.ts';
import type { Acceptance } from './verdict.ts';

/**
 * Takes commands in. Command id, what it changes and its events are committed together; only then
 * is the command answered for. A refusal is recorded in the same way.
 */
export interface Intake {
  submit(command: Command, identity: CommandIdentity): Promise<IntakeResult>;
  receive(delivery: CommandDelivery): Promise<Received>;
}

interface Taken {
  result: IntakeResult;
  settlement: Received['settlement'];
}

const REFUSALS_SCOPE = '@inbox';

export function createIntake(context: EngineContext): Intake {
  const { store, clock, limits, bus, failpoint } = context;
  const fingerprintKey = createFingerprintKey(context);
  const inTurn = createTurns();

  async function take(type: string, data: unknown, identity: CommandIdentity): Promise<Taken> {
    let command: CheckedCommand;
    try {
      command = parseCommand(type, data, limits);
    } catch (error) {
      return notUnderstood(identity, asRefusal(error), { type, data });
    }
    const result = await inTurn(nameOf(command), async () => {
      const value = [command.type, command.data] as unknown as JsonValue;
      return takeOnce(command, identity, keyedDigestJson(await fingerprintKey(), value));
    });
    return { result, settlement: 'done' };
  }

  function takeOnce(
    command: CheckedCommand,
    identity: CommandIdentity,
    fingerprint: string,
  ): Promise<IntakeResult> {
    return decideAnew(context, async () => {
      const known = await store.get('inbox', inboxKey(identity));
      if (known !== undefined) return repeated(known.value, identity, fingerprint, command);
      return decide(command, identity, fingerprint);
    });
  }

  async function repeated(
    known: InboxRecord,
    identity: CommandIdentity,
    fingerprint: string,
    command: CheckedCommand,
  ): Promise<IntakeResult> {
    try {
      return repeatAnswer(known, fingerprint);
    } catch (error) {
      return rejectUnremembered(identity, asRefusal(error), command);
    }
  }

  /** Accepted or refused: either way one transaction, bound to the inbox being without this id. */
  async function decide(
    command: CheckedCommand,
    identity: CommandIdentity,
    fingerprint: string,
  ): Promise<IntakeResult> {
    const { acceptance, error } = await judge(command, identity);
    const runId = acceptance?.runId ?? null;
    const entry = inboxRecord({
      type: command.type,
      identity,
      fingerprint,
      runId,
      error,
      nowMs: clock.nowMs(),
      keepMs: context.settings.inboxKeepMs,
    });
    const key = inboxKey(identity);
    const change = acceptance ?? refusal(identity, command.type, error);
    const audit = auditWrite(context, identity, {
      ...command,
      error,
      runId,
      scope: acceptance?.scope ?? environmentOf(command),
      audited: acceptance?.audited,
    });
    failpoint('intake.before-commit');
    await store.commit({
      scope: change.scope,
      expect: [...change.expect, { collection: 'inbox', key, revision: null }],
      writes: [...change.writes, put('inbox', key, entry), audit],
      events: change.events,
    });
    failpoint('intake.after-commit');
    if (runId !== null) bus.hint({ kind: 'run', runId });
    return error === null ? { outcome: 'accepted', runId, repeated: false } : rejection(error);
  }

  async function judge(
    command: CheckedCommand,
    identity: CommandIdentity,
  ): Promise<{ acceptance: Acceptance | null; error: BiotopeError | null }> {
    try {
      return { acceptance: await accept(command, identity), error: null };
    } catch (error) {
      if (!isBiotopeError(error) || error.entry.retryable) throw error;
      return { acceptance: null, error };
    }
  }

  function accept(command: CheckedCommand, identity: CommandIdentity): Promise<Acceptance> {
    switch (command.type) {
      case 'environment.create':
      case 'environment.update':
        return acceptBuild(context, identity, command);
      case 'environment.extend':
        return acceptExtend(context, command.data);
      case 'environment.reconcile':
        return acceptReconcile(context, identity, command.data);
      case 'environment.destroy':
        return acceptDestroy(context, identity, command.data);
      case 'action.run':
        return acceptAction(context, identity, command.data);
      case 'webhook.replay':
        return acceptReplay(context, identity, command.data);
      case 'run.approve':
        return acceptApproval(context, identity, command.data);
      case 'run.cancel':
        return acceptCancel(context, command.data);
      case 'run.retry':
        return acceptRetry(context, identity, command.data);
      case 'run.resolve':
        return acceptResolve(context, command.data);
    }
  }

  /**
   * Recorded without an inbox entry: the sender of what could not be understood may mend it under the
   * same id, and an id that was used again keeps the answer of its first use.
   */
  async function rejectUnremembered(
    identity: CommandIdentity,
    error: BiotopeError,
    command: { type: string; data: unknown },
  ): Promise<IntakeResult> {
    const { scope, events } = refusal(identity, 'unknown', error);
    const nothing = { scope: null, runId: null };
    const audit = auditWrite(context, identity, { ...command, ...nothing, error });
    await store.commit({ scope, expect: [], writes: [audit], events });
    return rejection(error);
  }

  async function notUnderstood(
    identity: CommandIdentity,
    error: BiotopeError,
    command: { type: string; data: unknown },
  ): Promise<Taken> {
    const result = await rejectUnremembered(identity, error, command);
    return { result, settlement: { dead: `${error.code}: ${error.message}` } };
  }

  async function receive(delivery: CommandDelivery): Promise<Taken> {
    try {
      const { envelope, identity } = parseDelivery(delivery, limits);
      return await take(envelope.type, envelope.data, identity);
    } catch (error) {
      if (!isBiotopeError(error) || error.entry.retryable) throw error;
      const id = delivery.messageId ?? context.ids();
      const identity = { source: 'unknown', id: id.slice(0, 200) };
      return notUnderstood(identity, error, { type: 'unknown', data: null });
    }
  }

  return {
    submit: async ({ type, data }, identity) => (await take(type, data, identity)).result,
    receive: async (delivery) => {
      const { result, settlement } = await receive(delivery);
      return { ...result, settlement };
    },
  };
}

/** Null where only its run tells, or none is concerned. */
function environmentOf({ data }: CheckedCommand): string | null {
  if ('environment' in data) return data.environment;
  return 'name' in data ? data.name : null;
}

/** Of what it changes: an environment, a run, or what is told outside. */
function nameOf(command: CheckedCommand): string {
  const { data } = command;
  return environmentOf(command) ?? ('run' in data ? data.run : WEBHOOKS_SCOPE);
}

function refusal(
  { source, id }: CommandIdentity,
  type: string,
  error: BiotopeError | null,
): Acceptance {
  const data = { source, id, type, code: error?.code ?? null, message: error?.message ?? null };
  const event = environmentEvent('command.rejected', { environment: '', runId: null }, data);
  return { scope: REFUSALS_SCOPE, expect: [], writes: [], events: [event], runId: null };
}

function rejection({ code, message, detail }: BiotopeError): IntakeResult {
  return { outcome: 'rejected', code, message, detail: detail ?? null, repeated: false };
}

function asRefusal(error: unknown): BiotopeError {
  if (isBiotopeError(error)) return error;
  throw error;
}
