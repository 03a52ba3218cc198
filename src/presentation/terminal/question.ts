import { createInterface } from 'node:readline/promises';
import { BiotopeError } from '../../model/errors.ts';

export interface QuestionTerms {
  signal: AbortSignal;
  /** What is said after Ctrl-C. */
  ifInterrupted: string;
}

/** Whether somebody is there to answer. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true;
}

/** A line from the terminal. Rejects with INTERRUPTED on Ctrl-C and Ctrl-D. */
export function ask(question: string, terms: QuestionTerms): Promise<string> {
  return withQuestions(terms, (askOne) => askOne(question));
}

/** Resolves with the line that is typed, without blanks around it. */
export type AskOne = (question: string) => Promise<string>;

/** Several questions: lines that are typed or pasted ahead answer those to come. Rejects as `ask`. */
export async function withQuestions<T>(
  { signal, ifInterrupted }: QuestionTerms,
  work: (askOne: AskOne) => Promise<T>,
): Promise<T> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const lines = reader[Symbol.asyncIterator]();
  const close = () => reader.close();
  let isClosed = signal.aborted;
  reader.once('close', () => {
    isClosed = true;
  });
  const interrupted = () => new BiotopeError('INTERRUPTED', { message: ifInterrupted });
  signal.addEventListener('abort', close, { once: true });
  try {
    return await work(async (question) => {
      if (isClosed) throw interrupted();
      // What stands above the last line is no part of what is edited.
      const lastLine = question.lastIndexOf('\n') + 1;
      process.stderr.write(question.slice(0, lastLine));
      reader.setPrompt(question.slice(lastLine));
      reader.prompt();
      const { value, done } = await lines.next();
      if (done === true) throw interrupted();
      return value.trim();
    });
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}
