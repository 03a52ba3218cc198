import type { Statement } from './statement.ts';

/** FILTER, SORT, LIMIT by an index: https://docs.arangodb.com/3.12/aql/high-level-operations/ */
const CHUNK =
  'RETURN { sequence: chunk.sequence, runId: chunk.runId, address: chunk.address, claimNumber: chunk.claimNumber, offset: chunk.offset, text: chunk.text }';

const OF_RUN = `
FOR chunk IN logs
  FILTER chunk.runId == @runId
  FILTER chunk.sequence > @after
  SORT chunk.sequence
  LIMIT @count
  ${CHUNK}`;

const OF_STEP = `
FOR chunk IN logs
  FILTER chunk.runId == @runId
  FILTER chunk.address == @address
  FILTER chunk.sequence > @after
  SORT chunk.sequence
  LIMIT @count
  ${CHUNK}`;

interface Page {
  runId: string;
  after: number;
  count: number;
}

export function logOfRun({ runId, after, count }: Page): Statement {
  return { query: OF_RUN, bindVars: { runId, after, count } };
}

export function logOfStep(address: string, { runId, after, count }: Page): Statement {
  return { query: OF_STEP, bindVars: { runId, address, after, count } };
}
