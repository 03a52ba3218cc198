import { ExecutorError } from '../executor.ts';
import { recordedBackend } from './backend.ts';
import type { Session } from './session.ts';

/** What a backend is called among the systems that may be away. */
export function backendSystem(type: string): string {
  return `terraform-backend:${type}`;
}

/**
 * A failure that may pass and speaks of the address of the state's backend is the backend's: its step
 * waits for it. Where nobody would wait it stays as any other.
 */
export function namingBackend(error: ExecutorError, session: Session): ExecutorError {
  const { kind, failure, retryable, left, cause } = error;
  const isOpen = session.registries !== undefined && failure.system === undefined;
  if (!isOpen || !session.isRemote || kind !== 'failed' || !retryable) return error;
  const { type, address } = backendOf(session);
  const said = `${failure.message} ${failure.detail ?? ''}`.replace(/[\s│]+/g, ' ');
  if (address === '' || !said.includes(`://${address}/`)) return error;
  const system = backendSystem(type);
  return new ExecutorError({ kind, retryable, left, cause, failure: { ...failure, system } });
}

/** The one that the resource was built with, else the configured one. */
function backendOf({ record, settings: { backend } }: Session): { type: string; address: string } {
  const recorded = record === null ? null : recordedBackend(record);
  const [type = '', block = {}] =
    recorded === null ? [backend?.type, backend?.arguments] : (Object.entries(recorded)[0] ?? []);
  return { type, address: String(Object(block).address ?? '') };
}
