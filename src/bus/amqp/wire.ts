import type { ConsumeMessage } from 'amqplib';
import type { z } from 'zod';
import type { EventRecord, EventType } from '../../model/event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Order, WorkerReport } from '../../model/order.ts';
import { digestJson } from '../../platform/digest.ts';
import type { Hint } from '../bus.ts';
import { envelopeSchema } from '../messages/envelope.ts';
import { eventSchema } from '../messages/events.ts';
import { orderSchema } from '../messages/orders.ts';
import { workerReportSchema } from '../messages/worker-report.ts';

/** Messages as bytes: CloudEvents 1.0 in structured JSON, and back. */
export function toBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Undefined where it is not JSON. */
export function fromBytes({ content }: Pick<ConsumeMessage, 'content'>): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}

const SOURCE = '/biotope';

function wrapped(type: string, id: string, data: unknown, traceparent?: string) {
  return {
    specversion: '1.0',
    id,
    source: SOURCE,
    type,
    datacontenttype: 'application/json',
    ...(traceparent === undefined ? {} : { traceparent }),
    data,
  };
}

/** AMQP has 255 bytes for it. */
const ID_BYTES_MAX = 200;

/** An address may be long: then a digest stands for all of it. */
function boundedId(id: string): string {
  return Buffer.byteLength(id) <= ID_BYTES_MAX ? id : digestJson(id);
}

/** The same for the same order: whoever sends it again sends the same message. */
export function orderId(order: Order): string {
  const { runId, address, operation, attempt, runEpoch } = order;
  return boundedId(`${runId}/${address}/${operation}/${attempt}/${runEpoch}`);
}

export function writeOrder(order: Order): Buffer {
  return toBytes(wrapped('order', orderId(order), order, order.traceparent));
}

export function reportId({ claim }: WorkerReport): string {
  return boundedId(`${claim.runId}/${claim.address}/${claim.claimToken.slice(0, 8)}`);
}

export function writeReport(report: WorkerReport): Buffer {
  return toBytes(wrapped('report', reportId(report), report));
}

export function writeHint(hint: Hint): Buffer {
  return toBytes(hint);
}

/** Best effort, like hints themselves. */
export function readHint(value: unknown): Hint | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, runId } = value as Record<string, unknown>;
  if ((kind !== 'run' && kind !== 'cancel') || typeof runId !== 'string') return undefined;
  return { kind, runId };
}

/** What it is, or why nobody understands it. */
export type Read<T> = { value: T } | { fault: string };

export function notUnderstood({ fault }: { fault: string }): string {
  return `nobody understands it: ${fault}`;
}

export const readOrder = (message: ConsumeMessage): Read<Order> => readData(message, orderSchema);

export const readReport = (message: ConsumeMessage): Read<WorkerReport> =>
  readData(message, workerReportSchema);

function readData<T>(message: ConsumeMessage, schema: z.ZodType<T>): Read<T> {
  const envelope = envelopeSchema.safeParse(fromBytes(message));
  if (!envelope.success) return { fault: 'it is no CloudEvent in structured JSON' };
  const data = schema.safeParse(envelope.data.data);
  if (data.success) return { value: data.data };
  const [issue] = data.error.issues;
  return { fault: `data.${issue?.path.join('.')}: ${issue?.message}` };
}

/** Undefined where it is no event. */
export function readEvent(value: unknown): EventRecord | undefined {
  const read = eventSchema.safeParse(value);
  if (!read.success) return undefined;
  const { id, type, time, data } = read.data;
  const at = id.lastIndexOf(':');
  const [number, index] = id
    .slice(at + 1)
    .split('.')
    .map(Number);
  const { run: runId, address, ...rest } = data;
  return {
    id,
    type: type as EventType,
    scope: id.slice(0, at),
    number: number ?? 0,
    index: index ?? 0,
    atMs: Date.parse(time),
    runId,
    address,
    data: rest as JsonObject,
  };
}
