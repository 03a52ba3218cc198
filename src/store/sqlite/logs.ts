import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf, type Row, textOf } from '../../platform/sqlite-row.ts';
import type { LogChunk, Store } from '../store.ts';

export interface Logs {
  append(chunk: LogChunk): void;
  read(query: Parameters<Store['readLog']>[0]): (LogChunk & { sequence: number })[];
}

export function createLogs({ statement }: Sqlite): Logs {
  // A chunk that was told before is the same by its place.
  const insert = statement(
    'INSERT INTO logs (run_id, address, claim_number, position, text) VALUES (?, ?, ?, ?, ?) ' +
      'ON CONFLICT (run_id, address, claim_number, position) DO NOTHING',
  );
  const ofRun = statement(
    'SELECT * FROM logs WHERE run_id = ? AND sequence > ? ORDER BY sequence LIMIT ?',
  );
  // By itself SQLite would read the logs of the whole run, which has them in the wanted order.
  const ofStep = statement(
    'SELECT * FROM logs INDEXED BY logs_chunk WHERE run_id = ? AND address = ? AND sequence > ? ' +
      'ORDER BY sequence LIMIT ?',
  );
  return {
    append: ({ runId, address, claimNumber, offset, text }) => {
      insert.run(runId, address, claimNumber, offset, text);
    },
    read: ({ runId, address, afterSequence, limit }) => {
      const rows =
        address === null
          ? ofRun.all(runId, afterSequence, limit)
          : ofStep.all(runId, address, afterSequence, limit);
      return rows.map(chunkOf);
    },
  };
}

function chunkOf(row: Row): LogChunk & { sequence: number } {
  return {
    sequence: integerOf(row, 'sequence'),
    runId: textOf(row, 'run_id'),
    address: textOf(row, 'address'),
    claimNumber: integerOf(row, 'claim_number'),
    offset: integerOf(row, 'position'),
    text: textOf(row, 'text'),
  };
}
