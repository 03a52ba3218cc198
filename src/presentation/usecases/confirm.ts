import { BiotopeError } from '../../model/errors.ts';
import { plural } from '../pages/words.ts';
import type { Session } from '../session.ts';
import { ask, canAsk } from '../terminal/question.ts';
import { findEnvironment, resourcesOf } from './lookup.ts';

/** Asks for the name of what is to be destroyed. Without a terminal nobody can answer: exit 64. */
export async function confirmName(session: Session, environment: string): Promise<void> {
  const { biotope, palette, interrupt } = session;
  await findEnvironment(biotope.store, environment);
  if (!canAsk()) {
    throw new BiotopeError('USAGE', {
      message: `Nobody can be asked here whether ${environment} is to be destroyed: add --yes.`,
    });
  }
  const resources = await resourcesOf(biotope.store, environment);
  const what = `environment ${palette.strong(environment)} with ${plural(resources.length, 'resource')}`;
  const answer = await ask(`This destroys ${what}. Type its name to go on: `, {
    signal: interrupt.signal,
    ifInterrupted: 'Interrupted: nothing was destroyed.',
  });
  if (answer === environment) return;
  throw new BiotopeError('USAGE', {
    message: `That is not the name ${environment}: nothing was destroyed.`,
  });
}
