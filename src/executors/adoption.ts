import type { Address } from '../model/address.ts';
import type { JsonObject } from '../model/json.ts';

/** What exists already and is to be adopted. */
export interface Adoption {
  /** What the executor needs to find it; it passed the definition's check. Holds no secret. */
  how: JsonObject;
  /** Whether somebody whose mark was found still has it: a resource of an environment that lives. */
  isRecorded(owner: { environment: string; identity: Address }): Promise<boolean>;
}
