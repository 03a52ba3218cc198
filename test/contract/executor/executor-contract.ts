import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Applied,
  ExecutorError,
  type ResolvedSpec,
  type ResolvedValue,
  StepStopped,
  type StopReason,
} from '../../../src/executors/executor.ts';
import { SecretOutput } from '../../../src/executors/secret-output.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { describeAdoption } from './adoption-suite.ts';
import { beginLife, type ExecutorSubject, type Life, plain } from './life.ts';

/** What every executor owes the engine, whatever it makes. `create`: makes what goes with the test. */
export function describeExecutorContract(name: string, create: () => Promise<ExecutorSubject>) {
  describe(`the executor ${name}`, () => {
    let subject: ExecutorSubject;
    let life: Life;
    let before: JsonValue;

    beforeEach(async () => {
      subject = await create();
      life = await beginLife(subject);
      before = await subject.world();
    });

    it('finds no fault in a good spec, and takes secrets where the spec has them', async () => {
      const { definition, bundle, first, changed } = subject;
      for (const spec of [first, changed]) {
        const written = asAuthored(spec);
        expect((await definition.check(written, bundle)).problems).toEqual([]);
        for (const path of secretPlaces(spec)) {
          expect(definition.allowsSecret(written, path), path.join('.')).toBe(true);
        }
      }
      expect(secretPlaces(first)).not.toEqual([]);
    });

    it('tells of every output it announced, and of secret ones in no clear text', async () => {
      const { definition, bundle, first } = subject;
      const announced = (await definition.check(asAuthored(first), bundle)).outputs;
      const { outputs } = await life.apply(first);
      for (const { name: output, secret } of announced ?? []) {
        expect(Object.keys(outputs)).toContain(output);
        if (secret) expect(isSecretOutput(outputs[output])).toBe(true);
      }
    });

    describe('planning', () => {
      it('shows what a first apply would do, and does nothing of it', async () => {
        expect((await life.plan(subject.first)).changes).not.toEqual([]);
        expect(await subject.world()).toEqual(before);
      });

      it('shows what an update would do, and does nothing of it', async () => {
        await life.apply(subject.first);
        const made = await subject.world();
        expect((await life.plan(subject.changed)).changes).not.toEqual([]);
        expect(await subject.world()).toEqual(made);
      });
    });

    describe('applying', () => {
      it('makes the resource from nothing', async () => {
        await life.apply(subject.first);
        expect(await subject.world()).not.toEqual(before);
        expect(await life.inspect(subject.first)).toMatchObject({
          finding: 'present',
          differences: [],
        });
      });

      it('does nothing a second time', async () => {
        const first = await life.apply(subject.first);
        const made = await subject.world();
        const again = await life.apply(subject.first);
        expect(await subject.world()).toEqual(made);
        expect(plain(again.outputs)).toEqual(plain(first.outputs));
      });

      it('does nothing a second time where the first time was lost before it was recorded', async () => {
        const first = await life.applyAndDie(subject.first);
        const made = await subject.world();
        const again = await life.apply(subject.first);
        expect(await subject.world()).toEqual(made);
        expect(plain(again.outputs)).toEqual(plain(first.outputs));
        expect(again.record).toEqual(first.record);
      });

      it('changes what is there', async () => {
        await life.apply(subject.first);
        const made = await subject.world();
        await life.apply(subject.changed, { stepId: 'run-2/thing[0]' });
        expect(await subject.world()).not.toEqual(made);
        expect(await life.inspect(subject.changed)).toMatchObject({ finding: 'present' });
      });

      it('does not change twice where the first change was lost', async () => {
        await life.apply(subject.first);
        await life.applyAndDie(subject.changed, { stepId: 'run-2/thing[0]' });
        const changed = await subject.world();
        await life.apply(subject.changed, { stepId: 'run-2/thing[0]' });
        expect(await subject.world()).toEqual(changed);
      });

      it('mends what was damaged', async () => {
        await life.apply(subject.first);
        await subject.damage();
        await life.apply(subject.first, { stepId: 'run-2/thing[0]' });
        expect(await life.inspect(subject.first)).toMatchObject({ finding: 'present' });
      });
    });

    describe('destroying', () => {
      it('leaves nothing of the resource, and everything else as it was', async () => {
        await life.apply(subject.first);
        await life.destroy();
        expect(await subject.world()).toEqual(before);
      });

      it('finds nothing to do where it was done before it could be recorded', async () => {
        await life.apply(subject.first);
        await life.destroyAndDie();
        expect(await life.inspect(subject.first)).toMatchObject({ finding: 'absent' });
        await life.destroy();
        expect(await subject.world()).toEqual(before);
      });

      it('finds nothing to do where nothing was ever made', async () => {
        await life.destroy();
        expect(await subject.world()).toEqual(before);
      });

      it('removes what an apply made whose outcome was lost', async () => {
        await life.applyAndDie(subject.first);
        await life.destroy({ stepId: 'run-2/thing[0]' });
        expect(await subject.world()).toEqual(before);
      });

      it('removes what a change made whose outcome was lost', async () => {
        await life.apply(subject.first);
        await life.applyAndDie(subject.changed, { stepId: 'run-2/thing[0]' });
        await life.destroy({ stepId: 'run-3/thing[0]' });
        expect(await subject.world()).toEqual(before);
      });
    });

    describe('inspecting', () => {
      it('changes nothing', async () => {
        await life.apply(subject.first);
        const made = await subject.world();
        await life.inspect(subject.first);
        await life.inspect(subject.changed);
        expect(await subject.world()).toEqual(made);
      });

      it('finds out that nothing is there, before and after', async () => {
        expect(await life.inspect(subject.first)).toMatchObject({ finding: 'absent' });
        await life.apply(subject.first);
        await life.destroy();
        expect(await life.inspect(subject.first)).toMatchObject({ finding: 'absent' });
      });

      it('finds what was made by an apply whose outcome was lost, complete with its outputs', async () => {
        const made = await life.applyAndDie(subject.first);
        const found = await life.inspect(subject.first);
        expect(found.finding).toBe('present');
        expect(plain(found.outputs)).toEqual(plain(made.outputs));
        expect(found.record).toEqual(made.record);
      });

      it('finds a change complete whose outcome was lost', async () => {
        await life.apply(subject.first);
        const stepId = 'run-2/thing[0]';
        const made = await life.applyAndDie(subject.changed, { stepId });
        const found = await life.inspect(subject.changed, { stepId });
        expect(found.finding).toBe('present');
        expect(plain(found.outputs)).toEqual(plain(made.outputs));
      });

      it('tells what was damaged', async () => {
        await life.apply(subject.first);
        await subject.damage();
        const { finding, differences } = await life.inspect(subject.first);
        expect(finding).toBe('partial');
        expect(differences).not.toEqual([]);
      });

      it('tells parts that ignore rules can name, and an apply makes all of them good', async () => {
        await life.apply(subject.first);
        await subject.damage();
        const { differences } = await life.inspect(subject.first);
        for (const { subject: place, path } of differences) {
          expect(path === undefined || place.endsWith(path), `${place} by ${path}`).toBe(true);
        }
        await life.apply(subject.first, { stepId: 'run-2/thing[0]' });
        const mended = await life.inspect(subject.first, { stepId: 'run-3/thing[0]' });
        expect(mended).toMatchObject({ finding: 'present', differences: [] });
      });

      it('tells that a change is not done yet', async () => {
        await life.apply(subject.first);
        expect(await life.inspect(subject.changed)).toMatchObject({ finding: 'partial' });
      });
    });

    describeAdoption(() => ({ subject, life }));

    it.each<StopReason>(['cancelled', 'timeout', 'lost'])(
      'does nothing where it was stopped (%s) before it began, and goes on later',
      async (reason) => {
        const signal = AbortSignal.abort(new StepStopped(reason));
        const stopped = life.apply(subject.first, { signal });
        await expect(stopped).rejects.toMatchObject({ kind: 'cancelled' });
        await expect(stopped).rejects.toBeInstanceOf(ExecutorError);
        expect(await subject.world()).toEqual(before);
        await life.apply(subject.first);
        expect(await life.inspect(subject.first)).toMatchObject({ finding: 'present' });
      },
    );

    it('shows no secret in outputs, records, logs, plans, differences or errors', async () => {
      await life.plan(subject.first);
      await life.apply(subject.first);
      await life.inspect(subject.changed);
      await subject.damage();
      await life.inspect(subject.first);
      await life.plan(subject.changed);
      await life.apply(subject.changed, { stepId: 'run-2/thing[0]' });
      const signal = AbortSignal.abort(new StepStopped('cancelled'));
      await expect(life.destroy({ signal })).rejects.toBeInstanceOf(ExecutorError);
      await life.destroy();
      expect(life.said()).not.toContain(subject.secret);
      expect(life.said().length).toBeGreaterThan(100);
    });
  });
}

function secretPlaces(value: ResolvedValue, path: (string | number)[] = []): (string | number)[][] {
  if (value instanceof SecretValue) return [path];
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, item]) => secretPlaces(item, [...path, key]));
}

/** As an author writes it: an expression in the place of each secret. */
function asAuthored(spec: ResolvedSpec): JsonObject {
  return JSON.parse(JSON.stringify(spec).replaceAll('[redacted]', '${parameters.secret}'));
}

function isSecretOutput(output: Applied['outputs'][string] | undefined): boolean {
  return output instanceof SecretValue || output instanceof SecretOutput;
}
