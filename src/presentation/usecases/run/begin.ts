import type { Command } from '../../../bus/messages/commands.ts';
import { runDocument } from '../../../documents/documents.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { findRun } from '../../../queries/lookup.ts';
import { runTitle } from '../../pages/words.ts';
import type { Answer, Session } from '../../session.ts';
import { submit } from './perform.ts';

/** Submits a command that starts a run, and does not wait for it. Rejects with USAGE where nobody would go on with it. */
export async function begin(session: Session, command: Command): Promise<Answer> {
  const { biotope } = session;
  if (biotope.otherDriver() === undefined) {
    throw new BiotopeError('USAGE', {
      message:
        'Nobody would go on with the run once this command has ended: --no-wait is for where a server works.',
      remedy: 'Start one with "biotope server --primary", or name one with --server.',
    });
  }
  const runId = await submit(session, command);
  if (runId === null) throw new Error(`${command.type} started no run`);
  const run = await findRun(biotope.store, runId);
  return {
    document: { run: runDocument(run) },
    names: [run.id],
    lines: (palette) => [
      `${runTitle(run)} was begun, run ${palette.strong(run.id)}`,
      `  to follow it: biotope run show ${run.id} --follow`,
    ],
  };
}
