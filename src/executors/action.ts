import type { JsonObject } from '../model/json.ts';

/** What `act` is given as its spec. */
export interface ActSpec {
  /** The program and its arguments, as they are. */
  command: string[];
  /** Comes as JSON on standard input, under `input`; secrets may stand anywhere in it. */
  input: JsonObject;
  secretOutputs: string[];
}
