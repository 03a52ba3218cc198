import { beforeEach, describe, expect, it } from 'vitest';
import { ExecutorError } from '../../../src/executors/executor.ts';
import type { JsonValue } from '../../../src/model/json.ts';
import { type AdoptionSubject, type ExecutorSubject, type Life, plain } from './life.ts';

/** What an executor owes that takes over what it did not make. */
export function describeAdoption(open: () => { subject: ExecutorSubject; life: Life }) {
  describe('adopting', () => {
    let subject: ExecutorSubject;
    let life: Life;
    let adoption: AdoptionSubject;

    beforeEach(() => {
      ({ subject, life } = open());
      ({ adoption } = subject);
    });

    const adopt = () => life.adopt(adoption.spec, adoption.how);

    const refused = async (before: JsonValue) => {
      const error = await adopt().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ExecutorError);
      expect(error).toMatchObject({ kind: 'failed', failure: { code: 'ADOPTION_REFUSED' } });
      expect(error).toMatchObject({ left: null, retryable: false });
      expect(await subject.world()).toEqual(before);
    };

    it('finds no fault in what a person says of it', () => {
      const spec = JSON.parse(JSON.stringify(adoption.spec));
      expect(subject.definition.checkAdoption?.(spec, adoption.how)).toEqual([]);
    });

    it('takes over what is there, which is then what the spec says', async () => {
      await adoption.prepare();
      await adopt();
      const found = await life.inspect(adoption.spec);
      expect(found).toMatchObject({ finding: 'present', differences: [] });
      const taken = await subject.world();
      await life.apply(adoption.spec, { stepId: 'run-2/thing[0]' });
      expect(await subject.world()).toEqual(taken);
    });

    it('plans it without changing anything', async () => {
      await adoption.prepare();
      const before = await subject.world();
      const { changes } = await life.plan(adoption.spec, adoption.how);
      expect(changes.map(({ action }) => action)).toContain('adopt');
      expect(await subject.world()).toEqual(before);
    });

    it('does nothing a second time, also where the first time was lost', async () => {
      await adoption.prepare();
      const first = await life.adoptAndDie(adoption.spec, adoption.how);
      const taken = await subject.world();
      const again = await adopt();
      expect(await subject.world()).toEqual(taken);
      expect(plain(again.outputs)).toEqual(plain(first.outputs));
      expect(again.record).toEqual(first.record);
    });

    it('is found by an inspection where its outcome was lost', async () => {
      await adoption.prepare();
      const lost = await life.adoptAndDie(adoption.spec, adoption.how);
      const found = await life.inspect(adoption.spec);
      expect(found.finding).toBe('present');
      expect(plain(found.outputs)).toEqual(plain(lost.outputs));
    });

    it('is refused, with nothing changed, where nothing is there', async () => {
      await refused(await subject.world());
    });

    it('removes what it took over, and nothing else, when it is destroyed', async () => {
      await adoption.prepare();
      await adopt();
      await life.destroyAndDie();
      await life.destroy();
      expect(await subject.world()).toEqual(await adoption.rest());
    });

    it('tells no secret', async () => {
      await adoption.prepare();
      await life.plan(adoption.spec, adoption.how);
      await adopt();
      expect(life.said()).not.toContain(subject.secret);
    });
  });
}
