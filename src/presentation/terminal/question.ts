import { createInterface } from 'node:readline/promises';
import { BiotopeError } from '../../model/errors.ts';

/** Whether somebody is there to answer. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true;
}

/** A line from the terminal. Rejects with INTERRUPTED on Ctrl-C and Ctrl-D. */
export async function ask(
  question: string,
  { signal, ifInterrupted }: { signal: AbortSignal; ifInterrupted: string },
): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await reader.question(question, { signal })).trim();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    throw new BiotopeError('INTERRUPTED', { message: ifInterrupted });
  } finally {
    reader.close();
  }
}
