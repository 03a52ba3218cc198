import type { Answer, Session } from '../../session.ts';
import type { Timed } from '../../times.ts';
import { build } from './build.ts';
import type { BuildRequest } from './build-command.ts';
import { type Previewed, plan } from './plan.ts';

/** New versions of what was generated, and whatever depends on them. */
export async function rotateResources(
  session: Session,
  request: BuildRequest & Previewed & Timed & { rotate: string[] },
): Promise<Answer> {
  if (request['dry-run']) return plan(session, request);
  return build(session, 'environment.update', request);
}
