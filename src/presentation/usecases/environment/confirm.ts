import { BiotopeError } from '../../../model/errors.ts';
import { findEnvironment, resourcesOf } from '../../../queries/lookup.ts';
import { plural } from '../../pages/words.ts';
import type { Session } from '../../session.ts';
import { ask, canAsk } from '../../terminal/question.ts';

export interface Danger {
  /** `destroys` */
  what: string;
  /** What was not done then: `destroyed`. */
  undone: string;
}

/** Asks for the name of what is in danger. Without a terminal nobody can answer: exit 64. */
export async function confirmName(
  session: Session,
  environment: string,
  { what, undone }: Danger,
): Promise<void> {
  const { biotope, palette, interrupt } = session;
  await findEnvironment(biotope.store, environment);
  if (!canAsk()) {
    throw new BiotopeError('USAGE', {
      message: `This ${what} environment ${environment}, and nobody can be asked here: add --yes.`,
    });
  }
  const resources = await resourcesOf(biotope.store, environment);
  const subject = `environment ${palette.strong(environment)} with ${plural(resources.length, 'resource')}`;
  const answer = await ask(`This ${what} ${subject}. Type its name to go on: `, {
    signal: interrupt.signal,
    ifInterrupted: `Interrupted: nothing was ${undone}.`,
  });
  if (answer === environment) return;
  throw new BiotopeError('USAGE', {
    message: `That is not the name ${environment}: nothing was ${undone}.`,
  });
}
