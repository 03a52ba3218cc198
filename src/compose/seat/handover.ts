import { z } from 'zod';
import { COMMAND_TYPES, type Command } from '../../bus/messages/commands.ts';
import type { CommandIdentity, Engine } from '../../engine/engine.ts';
import { isBiotopeError } from '../../model/errors.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { HandoverRecord } from '../../store/records.ts';
import type { Store, Stored } from '../../store/store.ts';

/**
 * Commands of processes that do not drive, on their way to the one that does. They lie in the store
 * sealed, because parameters may be secret, and are submitted under their own id: the inbox knows
 * one that is submitted twice.
 */
export interface Handover {
  command: Command;
  identity: CommandIdentity;
}

const SCOPE = '@handovers';
const POLL_MS = 100;
const AT_ONCE_MAX = 100;

const sealContext = (id: string) => `handover/${id}`;

/** Durable when it resolves. `store` must be open for writing. */
export async function putHandover(
  { store, secrets, clock }: { store: Store; secrets: Secrets; clock: Clock },
  handover: Handover,
): Promise<void> {
  const { id } = handover.identity;
  const plain = new TextEncoder().encode(JSON.stringify(handover));
  const sealed = await secrets.seal(plain, sealContext(id));
  await store.commit({
    scope: SCOPE,
    expect: [],
    writes: [
      {
        kind: 'put',
        collection: 'handovers',
        key: id,
        value: { id, sealed, handedOverAtMs: clock.nowMs() },
      },
    ],
    events: [],
  });
}

export interface HandoverTaker {
  /** Runs that were begun for other processes. */
  runIds: ReadonlySet<string>;
  /** Takes no more; resolves once the ones in hand are settled. */
  stop(): Promise<void>;
}

/** Looks for handed-over commands ten times a second for as long as this process drives. */
export function takeHandovers(driver: {
  store: Store;
  secrets: Secrets;
  engine: Pick<Engine, 'submit'>;
  clock: Clock;
  log: Logger;
}): HandoverTaker {
  const { store, clock, log } = driver;
  let timer: Timer | undefined;
  let isStopped = false;
  const runIds = new Set<string>();

  const look = async () => {
    try {
      for (const record of await store.find('handovers', { limit: AT_ONCE_MAX })) {
        const runId = await takeOne(driver, record);
        if (runId !== null) runIds.add(runId);
      }
    } catch (error) {
      log.warn({ err: error }, 'A handed-over command could not be taken; it is tried again.');
    }
    if (!isStopped) timer = clock.setTimer(POLL_MS, again);
  };
  let looking = look();
  const again = () => {
    looking = look();
  };

  return {
    runIds,
    stop: async () => {
      isStopped = true;
      timer?.cancel();
      await looking;
    },
  };
}

/**
 * The run that it began. Submitted first and deleted after: a death in between repeats it, which the
 * inbox sees.
 */
async function takeOne(
  driver: Parameters<typeof takeHandovers>[0],
  { value, revision }: Stored<HandoverRecord>,
): Promise<string | null> {
  const handover = await open(driver, value);
  const answer = handover && (await driver.engine.submit(handover.command, handover.identity));
  await driver.store.commit({
    scope: SCOPE,
    expect: [{ collection: 'handovers', key: value.id, revision }],
    writes: [{ kind: 'delete', collection: 'handovers', key: value.id }],
    events: [],
  });
  return answer?.outcome === 'accepted' ? answer.runId : null;
}

const handoverSchema = z.object({
  command: z.custom<Command>(
    (given) =>
      z.object({ type: z.enum(COMMAND_TYPES), data: z.looseObject({}) }).safeParse(given).success,
  ),
  identity: z.object({
    source: z.string(),
    id: z.string(),
    actor: z.string().exactOptional(),
  }),
});

/** Undefined for what nobody can ever read: its sender sees that it is gone and not taken. */
async function open(
  { secrets, log }: Parameters<typeof takeHandovers>[0],
  { id, sealed }: HandoverRecord,
): Promise<Handover | undefined> {
  try {
    const plain = await secrets.open(sealed, sealContext(id));
    return handoverSchema.parse(JSON.parse(new TextDecoder().decode(plain)));
  } catch (error) {
    if (isBiotopeError(error) && error.entry.retryable) throw error;
    log.error({ id, err: error }, 'A handed-over command cannot be read and is dropped.');
    return undefined;
  }
}
