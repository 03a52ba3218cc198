import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_PEERS_FOLDER } from './peers/peers.ts';

export interface Options {
  /** Names; empty: all. */
  only: readonly string[];
  json: string | undefined;
  pairs: number;
  peersFolder: string;
  quick: boolean;
  help: boolean;
}

export const DEFAULT_PAIRS = 5;
const PAIRS_MAX = 1_000;

/** What the command line asks for. Throws an error with a message for a person. */
export function readOptions(args: readonly string[], names: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      pairs: { type: 'string', default: String(DEFAULT_PAIRS) },
      peers: { type: 'string', default: DEFAULT_PEERS_FOLDER },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const only = values.only.flatMap((list) => list.split(','));
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no benchmark "${unknown}". There are: ${names.join(', ')}.`);
  }
  const { json, quick, help, peers } = values;
  return { only, json, pairs: readPairs(values.pairs), peersFolder: resolve(peers), quick, help };
}

function readPairs(text: string): number {
  const pairs = Number(text);
  if (Number.isInteger(pairs) && pairs >= 1 && pairs <= PAIRS_MAX) return pairs;
  throw new Error(`--pairs takes a whole number from 1 to ${PAIRS_MAX}, not "${text}".`);
}
