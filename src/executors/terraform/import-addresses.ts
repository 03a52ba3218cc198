import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';

const NAME = '[A-Za-z_][A-Za-z0-9_-]*';
const KEY = '\\[(?:\\d{1,9}|"(?:[^"\\\\$%\\n]|\\\\.){1,500}")\\]';
/** `aws_instance.web["a"]`, also inside a module of the module; no data source. */
const ADDRESS = new RegExp(
  `^(?:module\\.${NAME}(?:${KEY})?\\.)*(?!data\\.|module\\.)${NAME}\\.${NAME}(?:${KEY})?$`,
);

const IMPORTS_MAX = 1_000;
export const HOW = z.record(z.string(), z.string().min(1).max(2_000));

/** Addresses inside the module, each with the id under which its provider knows the thing. */
export function checkAdoption(_spec: JsonObject, how: JsonObject): string[] {
  const addresses = Object.keys(how);
  if (addresses.length === 0) {
    return ['name what exists by its address in the module and its id: aws_instance.web=i-0abc.'];
  }
  if (addresses.length > IMPORTS_MAX) return [`at most ${IMPORTS_MAX} addresses are allowed.`];
  return addresses.flatMap((address) => {
    if (!ADDRESS.test(address)) {
      return [`${JSON.stringify(address)} is no address of a resource, such as aws_instance.web.`];
    }
    const id = how[address];
    const isId = typeof id === 'string' && id !== '' && id.length <= 2_000;
    return isId ? [] : [`the id of ${address} must be a text.`];
  });
}
