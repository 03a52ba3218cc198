import type { Clock, Timer } from '../platform/clock.ts';

/** Gathers the lines of one attempt and sends them in chunks, in order, each with its offset. */
export interface StepLog {
  write(line: string): void;
  /** Sends what is gathered now: together with something else that is sent it costs nothing. */
  flush(): void;
  /** Resolves once everything written is sent or was given up. */
  close(): Promise<void>;
}

export interface StepLogTerms {
  /** Rejects only where the chunk is to be given up. */
  send(offset: number, text: string): Promise<void>;
  onGivenUp(error: unknown): void;
  bytesMax: number;
  clock: Clock;
}

const CHUNK_BYTES = 32 * 1024;
const LINE_CHARACTERS_MAX = 32 * 1024;
const GATHER_MS = 200;

export function createStepLog(terms: StepLogTerms): StepLog {
  const mark = `[the log ends here: it reached its bound of ${terms.bytesMax} bytes]\n`;
  const usableBytes = Math.max(0, terms.bytesMax - Buffer.byteLength(mark));
  let gathered: string[] = [];
  let gatheredBytes = 0;
  let sentBytes = 0;
  let full = false;
  let timer: Timer | undefined;
  let sending: Promise<void> = Promise.resolve();

  function flush(): void {
    timer?.cancel();
    timer = undefined;
    if (gathered.length === 0) return;
    const [offset, text] = [sentBytes, gathered.join('')];
    sentBytes += gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
    sending = sending.then(() => terms.send(offset, text)).catch(terms.onGivenUp);
  }

  function gather(text: string, bytes: number): void {
    gathered.push(text);
    gatheredBytes += bytes;
    if (gatheredBytes >= CHUNK_BYTES) flush();
    else timer ??= terms.clock.setTimer(GATHER_MS, flush);
  }

  return {
    flush,
    write: (line) => {
      if (full) return;
      const text = `${line.slice(0, LINE_CHARACTERS_MAX)}\n`;
      const bytes = Buffer.byteLength(text);
      full = sentBytes + gatheredBytes + bytes > usableBytes;
      if (full) gather(mark, Buffer.byteLength(mark));
      else gather(text, bytes);
    },
    close: () => {
      full = true;
      flush();
      return sending;
    },
  };
}
