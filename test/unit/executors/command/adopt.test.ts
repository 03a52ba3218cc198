import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { commandDefinition } from '../../../../src/executors/command/definition.ts';
import type { ResolvedSpec } from '../../../../src/executors/executor.ts';
import { executor, setStage } from './stage.ts';

const { script, context, inWork } = setStage();

async function adopt(text: string, spec: ResolvedSpec = {}) {
  const own = { create: ['true'], adopt: [await script('app/adopt', text)] };
  const isRecorded = async () => false;
  return executor().adopt?.(context({ ...own, ...spec }), { how: { id: 'i-1' }, isRecorded });
}

describe('the program that adopts', () => {
  it('hears what a person says of it, and tells the outputs', async () => {
    const told = 'cat > "$HOME/in"; echo "{\\"of\\":\\"$BIOTOPE_OPERATION\\"}"';
    expect(await adopt(told, { input: { size: 1 } })).toMatchObject({ outputs: { of: 'adopt' } });
    expect(JSON.parse(await readFile(inWork('in'), 'utf8'))).toEqual({
      input: { size: 1 },
      outputs: {},
      how: { id: 'i-1' },
    });
  });

  it('says by exit code 3 that there is nothing to adopt', async () => {
    await expect(adopt('echo "no i-1 here" >&2; exit 3')).rejects.toMatchObject({
      kind: 'failed',
      left: null,
      failure: { code: 'ADOPTION_REFUSED', message: expect.stringContaining('no i-1 here') },
    });
  });

  it('fails like any other', async () => {
    await expect(adopt('exit 1')).rejects.toMatchObject({ failure: { code: 'COMMAND_FAILED' } });
  });

  it('is one that the template has to bring', async () => {
    const said = ['its spec has no program that adopts what exists'];
    expect(commandDefinition.checkAdoption?.({ create: ['x'] }, {})).toEqual([
      expect.stringContaining(said[0] ?? ''),
    ]);
    expect(commandDefinition.checkAdoption?.({ create: ['x'], adopt: ['y'] }, {})).toEqual([]);
    const without = context({ create: ['true'] });
    const adoption = { how: {}, isRecorded: async () => false };
    await expect(executor().adopt?.(without, adoption)).rejects.toMatchObject({
      failure: { code: 'ADOPTION_INVALID', message: expect.stringContaining('adopt: [./app/') },
    });
  });

  it('is checked and counted like the others', async () => {
    const bundle = { paths: ['app/start', 'old/adopt'], read: () => undefined };
    const check = (adopt: string) =>
      commandDefinition.check({ create: ['./app/start'], adopt: [adopt] }, bundle);
    expect((await check('./old/adopt')).contentPaths).toEqual(['app', 'old']);
    expect((await check('./old/adop')).problems).toHaveLength(1);
  });
});
