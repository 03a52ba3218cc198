import type { Answer, Session } from '../session.ts';
import { type BuildRequest, build } from './build.ts';
import { type Previewed, previewed } from './previewed.ts';

/** New versions of what was generated, and whatever depends on them. */
export async function rotateResources(
  session: Session,
  request: BuildRequest & Previewed & { rotate: string[] },
): Promise<Answer> {
  if (request['dry-run']) return previewed(session, request);
  return build(session, 'environment.update', request);
}
