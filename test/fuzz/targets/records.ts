import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Biotope } from '../../../src/compose/seat/contract.ts';
import { isBiotopeError } from '../../../src/model/errors.ts';
import { palette } from '../../unit/presentation/samples.ts';
import { mutatedJson } from '../mutations.ts';
import { READERS } from '../readers.ts';
import { recordWorld, type StoredRecord } from '../recorded-world.ts';
import type { Target, Verdict } from '../target.ts';

interface Input {
  record: StoredRecord;
  readers: string[];
}

/** Records as another version, a person or a failing disk may leave them, read by pages and plans. */
export const records: Target<Input> = {
  name: 'records',
  weight: 3,
  open: async () => {
    const world = await recordWorld();
    return {
      inputs: fc.constantFrom(...world.records).chain((record) =>
        fc.record({
          record: mutatedJson([record.value]).map((value) => ({ ...record, value })),
          readers: fc.shuffledSubarray(Object.keys(READERS), { minLength: 1, maxLength: 2 }),
        }),
      ),
      try: ({ record, readers }) =>
        world.withRecord(record, async (): Promise<Verdict> => {
          const verdicts = await Promise.all(
            readers.map(async (name) => verdictOf(name, world.biotope)),
          );
          return verdicts.includes('refused') ? 'refused' : 'taken';
        }),
      close: world.close,
    };
  },
};

async function verdictOf(name: string, biotope: Biotope): Promise<Verdict> {
  try {
    const answer = await READERS[name]?.(biotope);
    answer?.lines(palette);
    stringify(JSON.parse(JSON.stringify(answer?.document)));
    return 'taken';
  } catch (error) {
    if (isBiotopeError(error) && error.code !== 'INTERNAL') return 'refused';
    throw error;
  }
}
