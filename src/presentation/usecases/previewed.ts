import { planDocument, planLines } from '../pages/plan.ts';
import type { Answer, Session } from '../session.ts';
import type { BuildRequest } from './build.ts';
import { plan } from './planning.ts';

/** What commands are asked that can say what they would do. */
export interface Previewed {
  'dry-run': boolean;
  diff: boolean;
  timeout?: string | undefined;
}

/** What the command would do now, in place of doing it. */
export async function previewed(
  session: Session,
  request: BuildRequest & Previewed,
): Promise<Answer> {
  const view = await plan(session, request);
  return { lines: (palette) => planLines(view, palette), document: planDocument(view) };
}
