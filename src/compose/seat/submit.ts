import { userInfo } from 'node:os';
import type { Command } from '../../bus/messages/commands.ts';
import type { CommandIdentity, IntakeResult } from '../../engine/engine.ts';
import { inboxKey, repeatAnswer } from '../../engine/intake/inbox.ts';
import { parseCommand } from '../../engine/intake/parse.ts';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import { systemClock } from '../../platform/clock.ts';
import { systemIds } from '../../platform/ids.ts';
import { openStore } from '../open-store.ts';
import type { Biotope } from './contract.ts';
import { putHandover } from './handover.ts';

const SOURCE = 'cli';
const POLL_MS = 50;

/**
 * Submits to the engine of this process, or hands over to the process that drives and waits until
 * its intake has answered. If that process ends meanwhile, this one drives and answers itself.
 */
export async function submitCommand(
  biotope: Biotope,
  command: Command,
  signal: AbortSignal,
): Promise<IntakeResult> {
  const identity = { source: SOURCE, id: systemIds(), actor: whoAmI() };
  // What is malformed leaves no trace in the inbox: nobody could learn of it over there.
  parseCommand(command.type, command.data, biotope.config.limits);
  if (await biotope.drive()) return submitHere(biotope, command, identity);
  const driver = biotope.otherDriver() ?? 'unknown';
  await writeHandover(biotope, command, identity);
  biotope.notify({ kind: 'handed-over', driver });
  try {
    return await awaitAnswer(biotope, identity, signal);
  } catch (error) {
    throw isBiotopeError(error, 'INTERRUPTED') ? mayStillBeTaken(identity) : error;
  }
}

/** The user of this process, for the audit log. */
function whoAmI(): string {
  try {
    return `${SOURCE}:${userInfo().username}`;
  } catch {
    // A user without a name, as in many containers.
    return `${SOURCE}:${process.getuid?.() ?? 'unknown'}`;
  }
}

async function submitHere(
  { seat }: Biotope,
  command: Command,
  identity: CommandIdentity,
): Promise<IntakeResult> {
  if (seat === undefined) throw new Error('the seat was taken and is not there');
  return seat.whole.engine.submit(command, identity);
}

/** Open for writing only as long as that takes: this process does not drive. */
async function writeHandover(
  { config, paths, log, secrets }: Biotope,
  command: Command,
  identity: CommandIdentity,
): Promise<void> {
  const store = await openStore({ config, paths, log });
  try {
    await putHandover({ store, secrets, clock: systemClock }, { command, identity });
  } finally {
    await store.close();
  }
}

async function awaitAnswer(
  biotope: Biotope,
  identity: CommandIdentity,
  signal: AbortSignal,
): Promise<IntakeResult> {
  for (;;) {
    const isWaiting = (await biotope.store.get('handovers', identity.id)) !== undefined;
    const known = await biotope.store.get('inbox', inboxKey(identity));
    if (known !== undefined) return repeatAnswer(known.value, known.value.fingerprint);
    if (!isWaiting) throw dropped(identity);
    // Once this process drives, it takes the command out of the store like any other.
    await biotope.driveIfLeft();
    await biotope.changed(POLL_MS);
    signal.throwIfAborted();
  }
}

function mayStillBeTaken({ id }: CommandIdentity): BiotopeError {
  return new BiotopeError('INTERRUPTED', {
    message:
      'Interrupted before the command was answered: it was handed over and may still be carried out.',
    detail: 'To see whether it was:\n  biotope run list',
    facts: { command: id },
  });
}

function dropped({ id }: CommandIdentity): BiotopeError {
  return new BiotopeError('INTERNAL', {
    message: `The process that drives the data folder dropped the command ${id} without an answer: see its log.`,
  });
}
