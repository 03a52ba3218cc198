import { createInterface } from 'node:readline/promises';
import { BiotopeError } from '../../model/errors.ts';
import { plural } from '../pages/words.ts';
import type { Session } from '../session.ts';
import { findEnvironment, resourcesOf } from './lookup.ts';

/** Asks for the name of what is to be destroyed. Without a terminal nobody can answer: exit 64. */
export async function confirmName(session: Session, environment: string): Promise<void> {
  const { biotope, palette, interrupt } = session;
  await findEnvironment(biotope.store, environment);
  if (process.stdin.isTTY !== true) {
    throw new BiotopeError('USAGE', {
      message: `Nobody can be asked here whether ${environment} is to be destroyed: add --yes.`,
    });
  }
  const resources = await resourcesOf(biotope.store, environment);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const what = `environment ${palette.strong(environment)} with ${plural(resources.length, 'resource')}`;
    const answer = await reader.question(`This destroys ${what}. Type its name to go on: `, {
      signal: interrupt.signal,
    });
    if (answer.trim() === environment) return;
  } catch (error) {
    // Ctrl-C and Ctrl-D at the question.
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    throw new BiotopeError('INTERRUPTED', { message: 'Interrupted: nothing was destroyed.' });
  } finally {
    reader.close();
  }
  throw new BiotopeError('USAGE', {
    message: `That is not the name ${environment}: nothing was destroyed.`,
  });
}
