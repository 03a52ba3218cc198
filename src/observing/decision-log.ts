import type { EventDraft } from '../model/event.ts';
import type { Logger } from '../platform/logger.ts';
import type { Transaction, Write } from '../store/store.ts';

/** What says little by itself, or follows from another line. */
const QUIET: readonly RegExp[] = [/^resource\./, /^step\.(?:pending|dispatched|recalled)$/];

/** Somebody should look at these. */
const WARNED: ReadonlySet<string> = new Set([
  'run.failed',
  'step.failed',
  'step.unknown',
  'step.report-refused',
  'breaker.opened',
  'command.rejected',
  'drift.detected',
  'webhook.failed',
]);

/** One line for each decision that was committed, with the names by which it is found again. */
export function logDecisions(log: Logger): (transaction: Transaction) => void {
  return ({ scope, events, writes }) => {
    for (const event of events) {
      const facts = { ...factsOf(scope, event), ...commandOf(event, writes) };
      log[levelOf(event)](facts, event.type);
    }
  };
}

/** Of a run that was accepted: what it was asked by. */
function commandOf({ type, runId }: EventDraft, writes: readonly Write[]): object {
  if (type !== 'run.queued') return {};
  for (const write of writes) {
    if (write.kind === 'put' && write.collection === 'runs' && write.key === runId) {
      return { source: write.value.commandSource, command: write.value.commandId };
    }
  }
  return {};
}

function levelOf({ type }: EventDraft): 'debug' | 'info' | 'warn' {
  if (WARNED.has(type)) return 'warn';
  return QUIET.some((pattern) => pattern.test(type)) ? 'debug' : 'info';
}

/** Of what it carries only words and numbers that we know: no parameters, outputs or specs. */
const TOLD = [
  'kind',
  'action',
  'attempt',
  'operation',
  'result',
  'summary',
  'cause',
  'as',
  'finding',
  'source',
  'id',
  'code',
  'webhook',
  'system',
] as const;

function factsOf(scope: string, { runId, address, data }: EventDraft): object {
  const { label, failure } = data;
  const told = TOLD.filter((name) => data[name] !== undefined && data[name] !== null);
  return {
    ...(scope.startsWith('@') ? { scope } : { environment: scope }),
    ...(runId === null ? {} : { run: runId }),
    ...(address === null ? {} : { step: label ?? address }),
    ...Object.fromEntries(told.map((name) => [name, data[name]])),
    ...(failure === undefined ? {} : { code: Object(failure).code }),
  };
}
