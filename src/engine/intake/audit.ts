import { COMMAND_TYPES } from '../../bus/messages/commands.ts';
import type { BiotopeError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { AuditRecord } from '../../store/records.ts';
import type { Write } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { CommandIdentity } from '../engine.ts';
import { put } from '../transactions.ts';

/** What a handler knows better than the command says. */
export interface Audited {
  subject?: string;
  detail?: JsonObject;
}

interface Audit {
  type: string;
  data: unknown;
  error: BiotopeError | null;
  /** Of what it changes: an environment, or none. Null: nobody knows. */
  scope: string | null;
  runId: string | null;
  audited?: Audited | undefined;
}

/** What a command says that may be read by everybody who reads the audit log. */
const TOLD = new Set(
  'template tags protect requireApproval approval plannedDestructionAt heal resources rotate action'
    .concat(' plan reason step as delivery failedSince webhook')
    .split(' '),
);

/** Of these the names alone: their values may be secret. */
const NAMES_TOLD = new Set(['parameters', 'arguments', 'outputs', 'adopt']);
const NAMES_MAX = 50;
const CHARACTERS_MAX = 300;

/** Who sent a command and what became of it: written with what the command changes, or with its refusal. */
export function auditWrite(
  { ids, clock }: Pick<EngineContext, 'ids' | 'clock'>,
  identity: CommandIdentity,
  { type, data, error, scope, runId, audited }: Audit,
): Write {
  const id = ids();
  const isKnown = COMMAND_TYPES.some((one) => one === type);
  const record: AuditRecord = {
    id,
    actor: identity.actor ?? identity.source,
    action: isKnown ? type : 'unknown',
    subject: audited?.subject ?? subjectOf(data),
    detail: { ...toldOf(data), ...audited?.detail },
    atMs: clock.nowMs(),
    outcome: error === null ? 'accepted' : 'refused',
    code: error?.code ?? null,
    environment: scope?.startsWith('@') ? null : scope,
    runId,
    requestId: identity.requestId ?? null,
    count: 1,
  };
  return put('audit', id, record);
}

/** The environment or the run that it names. */
function subjectOf(data: unknown): string {
  if (!isJsonObject(data)) return '';
  const named = [data.environment, data.name, data.run].find((one) => typeof one === 'string');
  return typeof named === 'string' ? named.slice(0, CHARACTERS_MAX) : '';
}

function toldOf(data: unknown): JsonObject {
  if (!isJsonObject(data)) return {};
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) => {
      if (NAMES_TOLD.has(name)) return isJsonObject(value) ? [[name, namesOf(value)]] : [];
      const told = TOLD.has(name) ? plain(value) : undefined;
      return told === undefined ? [] : [[name, told]];
    }),
  );
}

function namesOf(value: object): string[] {
  return Object.keys(value)
    .slice(0, NAMES_MAX)
    .map((name) => name.slice(0, CHARACTERS_MAX));
}

function plain(value: unknown): JsonValue | undefined {
  if (typeof value === 'string') return value.slice(0, CHARACTERS_MAX);
  if (typeof value === 'boolean' || value === null) return value;
  if (!Array.isArray(value)) return undefined;
  return value
    .slice(0, NAMES_MAX)
    .flatMap((one) => (typeof one === 'string' ? (plain(one) ?? []) : []));
}
