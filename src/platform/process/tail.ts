import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Follows a file that another process is writing, line by line. */
export interface Tail {
  /** Tells of what has come since; returns the file's size in bytes. */
  poll(): number;
  /**
   * The last poll, of at most `bytesMax`: also tells of a last line without an end, and lets the
   * file go.
   */
  end(bytesMax: number): number;
}

const READ_BYTES = 64 * 1024;
/** What one poll reads at most, so that a flood does not hold up everything else. */
const POLL_BYTES_MAX = 1024 * 1024;
/** The rest of a longer line is dropped. */
const LINE_CHARACTERS_MAX = 4 * 1024 * 1024;

/** Synchronous on purpose: the pages were written just now, and a thread's round trip costs more. */
export function openTail(file: string, onLine: ((line: string) => void) | undefined): Tail {
  const descriptor = openSync(file, 'r');
  const read = onLine === undefined ? undefined : createLineReader(descriptor, onLine);
  const size = () => fstatSync(descriptor).size;
  return {
    poll: () => {
      read?.advance(POLL_BYTES_MAX);
      return size();
    },
    end: (bytesMax) => {
      try {
        read?.advance(Math.min(size(), bytesMax));
        read?.finish();
        return size();
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

function createLineReader(descriptor: number, onLine: (line: string) => void) {
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(READ_BYTES);
  let position = 0;
  let partial = '';

  const take = (text: string) => {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      onLine(partial + line);
      partial = '';
    }
    if (partial.length < LINE_CHARACTERS_MAX) partial += last;
  };

  return {
    advance: (bytesMax: number) => {
      const end = position + bytesMax;
      while (position < end) {
        const count = readSync(descriptor, buffer, 0, READ_BYTES, position);
        if (count === 0) return;
        position += count;
        take(decoder.write(buffer.subarray(0, count)));
      }
    },
    finish: () => {
      take(decoder.end());
      if (partial !== '') onLine(partial);
    },
  };
}
