import { BiotopeError } from '../model/errors.ts';
import {
  type Check,
  flag,
  json,
  listOf,
  nullOr,
  number,
  oneOf,
  optional,
  type ShapeFault,
  shaped,
  text,
  time,
} from '../model/shapes/check.ts';
import { environmentRecord, resourceRecord, stateRecord } from '../model/shapes/environment.ts';
import { heartbeatRecord, leadershipRecord } from '../model/shapes/leadership.ts';
import { planRecord, runRecord, stepRecord } from '../model/shapes/run.ts';
import { templateRecord } from '../model/shapes/template.ts';
import { deliveryRecord, webhookRecord } from '../model/shapes/webhook.ts';
import type { BundleFile, BundleRecord } from '../model/template.ts';
import type {
  AuditRecord,
  CollectionName,
  Collections,
  HandoverRecord,
  InboxRecord,
  QueueRecord,
  SealRecord,
} from './records.ts';

/** What the records of each collection have to look like for the program to rely on their types. */
const RECORDS: Record<CollectionName, Check> = {
  environments: environmentRecord,
  resources: resourceRecord,
  states: stateRecord,
  runs: runRecord,
  steps: stepRecord,
  plans: planRecord,
  templates: templateRecord,
  bundles: shaped<BundleRecord>({
    digest: text,
    files: listOf(shaped<BundleFile>({ path: text, executable: flag, contentBase64: text })),
  }),
  queues: shaped<QueueRecord>({ environment: text, acceptedCount: number }),
  inbox: shaped<InboxRecord>({
    source: text,
    id: text,
    type: text,
    fingerprint: text,
    outcome: oneOf<InboxRecord['outcome']>({ accepted: true, rejected: true }),
    runId: nullOr(text),
    rejection: nullOr(
      shaped<NonNullable<InboxRecord['rejection']>>({
        code: text,
        message: text,
        detail: nullOr(text),
      }),
    ),
    receivedAtMs: time,
    expiresAtMs: time,
  }),
  handovers: shaped<HandoverRecord>({ id: text, sealed: text, handedOverAtMs: time }),
  audit: shaped<AuditRecord>({
    id: text,
    actor: text,
    action: text,
    subject: text,
    detail: json,
    atMs: time,
    outcome: optional(oneOf<'accepted' | 'refused'>({ accepted: true, refused: true })),
    code: optional(nullOr(text)),
    environment: optional(nullOr(text)),
    runId: optional(nullOr(text)),
    requestId: optional(nullOr(text)),
    count: optional(number),
  }),
  webhooks: webhookRecord,
  deliveries: deliveryRecord,
  leaderships: leadershipRecord,
  heartbeats: heartbeatRecord,
  seals: shaped<SealRecord>({ sealed: text }),
};

/**
 * A record as it was written. Throws RECORD_DAMAGED for what this program did not write so: its
 * message names the place and repeats nothing of the content.
 */
export function readRecord<C extends CollectionName>(
  collection: C,
  key: string,
  written: string,
): Collections[C] {
  const value = parsed(written, `${collection}/${key}`);
  const fault = RECORDS[collection](value);
  if (fault !== null) throw damaged(`${collection}/${key}`, fault);
  return value as Collections[C];
}

/** Undefined for what `readRecord` would throw for. */
export function readWholeRecord<C extends CollectionName>(
  collection: C,
  written: string,
): Collections[C] | undefined {
  try {
    return readRecord(collection, '', written);
  } catch {
    return undefined;
  }
}

/** JSON that is part of a record named so, in its own column. Throws RECORD_DAMAGED. */
export function readJson<T>(name: string, written: string, check: Check): T {
  const value = parsed(written, name);
  const fault = check(value);
  if (fault !== null) throw damaged(name, fault);
  return value as T;
}

function parsed(written: string, name: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    throw damaged(name, { path: '', expected: 'JSON' });
  }
}

function damaged(record: string, { path, expected }: ShapeFault): BiotopeError {
  const what = path === '' ? 'it' : path;
  return new BiotopeError('RECORD_DAMAGED', {
    message: `The record ${record} in the store cannot be read: ${what} should be ${expected}.`,
    remedy:
      'Something else than Biotope changed it, or a disk did: restore the data folder from a backup.',
    facts: { record, path, expected },
  });
}
