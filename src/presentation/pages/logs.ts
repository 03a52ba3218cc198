import type { Biotope } from '../../compose/seat/contract.ts';
import type { Address } from '../../model/address.ts';
import { isRunFinished, type RunRecord } from '../../model/run.ts';
import type { Palette } from '../terminal/palette.ts';
import { printable } from '../terminal/table.ts';
import { findRun, findStep, stepsOf } from '../usecases/lookup.ts';

/** Part of a step's log, as programs get it. */
export interface LogPiece {
  step: string;
  address: Address;
  /** Which claim of the step wrote it: 1 for the first. */
  claim: number;
  text: string;
}

const LOOK_EVERY_MS = 200;
const PIECES_AT_ONCE = 200;

/** Rejects with the signal's reason when it is aborted. */
export async function* readLogs(
  biotope: Biotope,
  request: { run: string; step: string | undefined; follow: boolean; signal: AbortSignal },
): AsyncGenerator<LogPiece> {
  const run = await findRun(biotope.store, request.run);
  const address =
    request.step === undefined ? null : (await findStep(biotope.store, run, request.step)).address;
  const labels = new Map<Address, string>();
  let afterSequence = 0;
  for (;;) {
    const mayGrow = request.follow && !(await hasEnded(biotope, run));
    const query = { runId: run.id, address, afterSequence, limit: PIECES_AT_ONCE };
    const chunks = await biotope.store.readLog(query);
    if (chunks.some((chunk) => !labels.has(chunk.address))) await learn(biotope, run, labels);
    for (const chunk of chunks) {
      afterSequence = chunk.sequence;
      const { claimNumber, text } = chunk;
      yield {
        step: labels.get(chunk.address) ?? chunk.address,
        address: chunk.address,
        claim: claimNumber,
        text,
      };
    }
    if (chunks.length > 0) continue;
    if (!mayGrow) return;
    request.signal.throwIfAborted();
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

/** Lines of a piece; `named`: each with its step in front, because others stand between. */
export function logLines(
  { step, text }: LogPiece,
  { named, palette }: { named: boolean; palette: Palette },
): string[] {
  const lines = text.replace(/\n$/, '').split('\n').map(printable);
  return named ? lines.map((line) => `${palette.faint(`${step} |`)} ${line}`) : lines;
}
