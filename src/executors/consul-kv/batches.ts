import { bytesOf } from '../../keyvalue/changes.ts';
import { BATCH_BYTES_MAX, CHANGES_PER_BATCH_MAX, type KeyValue } from '../../keyvalue/keyvalue.ts';
import { changedMeanwhile } from './marker.ts';
import type { KeyChange } from './place.ts';

/** Changes in the order in which they are sent. */
export interface Batches {
  /** Each goes with the marker. At least one, so that the marker is put right even where no key is. */
  together: KeyChange[][];
  /** Values too large to go with anything else, afterwards. */
  alone: KeyChange[];
}

/**
 * `markerBytes`: what the marker that goes with each batch needs at most. The key of a large value that
 * is not there yet is made empty beside the marker, so that it is known whose it is from the beginning.
 */
export function batchesOf(changes: readonly KeyChange[], markerBytes: number): Batches {
  const bytesMax = BATCH_BYTES_MAX - markerBytes;
  const alone = changes.filter(({ change }) => bytesOf(change) > bytesMax);
  const small = changes.flatMap((item) => (alone.includes(item) ? claimOf(item) : [item]));
  const together: KeyChange[][] = [[]];
  let bytes = 0;
  for (const item of small) {
    const last = together.at(-1) ?? [];
    const own = bytesOf(item.change);
    if (last.length === CHANGES_PER_BATCH_MAX - 1 || bytes + own > bytesMax) {
      together.push([item]);
      bytes = own;
    } else {
      last.push(item);
      bytes += own;
    }
  }
  return { together, alone };
}

function claimOf(item: KeyChange): KeyChange[] {
  const { change } = item;
  if (change.kind === 'delete' || change.revision > 0) return [];
  return [{ ...item, value: '', change: { ...change, value: '' } }];
}

/** Sets a large value: of a key that is our own by now. */
export async function sendAlone(
  keyValue: KeyValue,
  { change }: KeyChange,
  signal: AbortSignal,
): Promise<void> {
  if (change.revision > 0) return keyValue.apply([change], signal);
  const claimed = await keyValue.get(change.key, signal);
  if (claimed?.value !== '') throw changedMeanwhile(change.key);
  await keyValue.apply([{ ...change, revision: claimed.revision }], signal);
}
