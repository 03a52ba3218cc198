import { text } from '../../model/shapes/check.ts';
import { readJson } from '../read-record.ts';
import type { LogChunk, Store } from '../store.ts';
import type { Reading } from './queries.ts';
import { asText } from './text.ts';

const OF_RUN = 'SELECT * FROM logs WHERE run_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3';

const OF_STEP = `
  SELECT * FROM logs WHERE run_id = $1 AND sequence > $2 AND address = $4 ORDER BY sequence LIMIT $3`;

export async function readLogs(
  pool: Reading,
  { runId, address, afterSequence, limit }: Parameters<Store['readLog']>[0],
): Promise<(LogChunk & { sequence: number })[]> {
  const values = [asText(runId), afterSequence, limit];
  const { rows } = await pool.query(
    address === null
      ? { name: 'log-of-run', text: OF_RUN, values }
      : { name: 'log-of-step', text: OF_STEP, values: [...values, asText(address)] },
  );
  return rows.map((row) => ({
    sequence: Number(row.sequence),
    runId: row.run_id,
    address: row.address,
    claimNumber: Number(row.claim_number),
    offset: Number(row.position),
    text: readJson<string>(`logs/${row.sequence}`, row.text, text),
  }));
}
