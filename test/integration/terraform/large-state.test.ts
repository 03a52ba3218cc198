import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ExecutorError } from '../../../src/executors/executor.ts';
import { openRig, priorOf, type Rig } from '../../fixtures/terraform/rig.ts';

const FILES = {
  'm/main.tf': 'resource "terraform_data" "a" {\n  input = "x"\n}\n',
};

let rig: Rig;

beforeEach(async () => {
  rig = await openRig(FILES, { stateBytesMax: 600 });
});

afterEach(() => rig.close());

const spec = { module: './m' };

async function errorOf(work: Promise<unknown>): Promise<ExecutorError> {
  const error = await work.catch((reason: unknown) => reason);
  if (error instanceof ExecutorError) return error;
  throw new Error('it did not reject with an ExecutorError', { cause: error });
}

it('a state beyond its limit is no lost state: nobody can tell, and the file stays', async () => {
  const error = await errorOf(rig.executor.apply(rig.context({ spec })));
  expect(error).toMatchObject({
    kind: 'undeterminable',
    failure: { code: 'LIMIT_EXCEEDED' },
    left: { record: { module: 'm' } },
  });
  expect(error.message).toContain('limits.stateBytesMax');
  const prior = priorOf(error.left);
  const looked = await errorOf(rig.executor.inspect(rig.context({ spec, prior })));
  expect(looked).toMatchObject({ kind: 'undeterminable', failure: { code: 'LIMIT_EXCEEDED' } });
  expect(await readdir(rig.path('work'))).toEqual(['in-flight.json', 'terraform.tfstate']);
});
