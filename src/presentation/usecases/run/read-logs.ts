import type { Biotope } from '../../../compose/seat/contract.ts';
import type { Address } from '../../../model/address.ts';
import { isRunFinished, type RunRecord } from '../../../model/run.ts';
import { findRun, findStep, stepsOf } from '../../../queries/lookup.ts';
import { logLines } from '../../pages/logs.ts';
import type { Piece } from '../../session.ts';
import type { Palette } from '../../terminal/palette.ts';

const LOOK_EVERY_MS = 200;
const PIECES_AT_ONCE = 200;

interface LogRequest {
  run: string;
  /** Undefined: all of them. */
  step: string | undefined;
  /** Goes on until the run has ended. */
  follow: boolean;
  palette: Palette;
  signal: AbortSignal;
}

/** What steps of a run said. Rejects with the signal's reason when it is aborted. */
export async function* readLogs(
  biotope: Biotope,
  { run: wanted, step, follow, palette, signal }: LogRequest,
): AsyncGenerator<Piece> {
  const run = await findRun(biotope.store, wanted);
  const address = step === undefined ? null : (await findStep(biotope.store, run, step)).address;
  const labels = new Map<Address, string>();
  let afterSequence = 0;
  for (;;) {
    const mayGrow = follow && !(await hasEnded(biotope, run));
    const query = { runId: run.id, address, afterSequence, limit: PIECES_AT_ONCE };
    const chunks = await biotope.store.readLog(query);
    if (chunks.some((chunk) => !labels.has(chunk.address))) await learn(biotope, run, labels);
    for (const { sequence, address: at, claimNumber: claim, text } of chunks) {
      afterSequence = sequence;
      const piece = { step: labels.get(at) ?? at, address: at, claim, text };
      const named = step === undefined;
      yield { lines: () => logLines(piece, { named, palette }), documents: [piece] };
    }
    if (chunks.length > 0) continue;
    if (!mayGrow) return;
    signal.throwIfAborted();
    await biotope.changed(LOOK_EVERY_MS);
  }
}

/** Asked before its log is read: nothing is written after that. */
async function hasEnded({ store }: Biotope, { id }: RunRecord): Promise<boolean> {
  const run = (await store.get('runs', id))?.value;
  return run === undefined || isRunFinished(run);
}

async function learn(biotope: Biotope, run: RunRecord, labels: Map<Address, string>) {
  for (const { address, label } of await stepsOf(biotope.store, run.id)) labels.set(address, label);
}
