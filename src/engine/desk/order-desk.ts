import type { Desk } from '../../desk/desk.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { ClaimReference, Order } from '../../model/order.ts';
import { remoteWorkerName } from '../../model/remote-worker.ts';
import { resourceKey } from '../../model/resource.ts';
import type { StepRecord } from '../../model/step.ts';
import type { Stored } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import { claimedStep, notYours } from './desk.ts';
import type { OrderTokens } from './order-tokens.ts';

/** The desk as workers of other processes reach it: what they say of themselves is not believed. */
export interface OrderDesk {
  /** The order that a token was made for. Rejects with UNAUTHENTICATED. */
  admit(token: string): Promise<Order>;
  /** Answers about the claim alone that it is asked with. Rejects with CLAIM_REFUSED. */
  desk: Desk;
}

export function createOrderDesk(
  { store }: Pick<EngineContext, 'store'>,
  { desk, tokens }: { desk: Desk; tokens: OrderTokens },
): OrderDesk {
  async function demandClaimed(claim: ClaimReference): Promise<Stored<StepRecord>> {
    const step = await claimedStep(store, claim);
    if (step === undefined) throw notYours(claim);
    return step;
  }

  async function demandOwn(digest: string, claim: ClaimReference): Promise<void> {
    await demandClaimed(claim);
    const [run, resource] = await Promise.all([
      store.get('runs', claim.runId),
      store.get('resources', resourceKey(claim.environment, claim.address)),
    ]);
    const own = [resource?.value.template.digest, run?.value.template?.digest];
    if (!own.includes(digest)) throw notYours(claim);
  }

  return {
    async admit(token) {
      const order = await tokens.read(token);
      if (order !== undefined) return order;
      throw new BiotopeError('UNAUTHENTICATED', {
        message: 'This is not the token of an order that was given out here.',
      });
    },
    desk: {
      ...desk,
      claim: (order, worker, attempt) => desk.claim(order, remoteWorkerName(worker), attempt),
      async log(claim, claimNumber, offset, text) {
        const { value } = await demandClaimed(claim);
        if (value.claimCount !== claimNumber) throw notYours(claim);
        return desk.log(claim, claimNumber, offset, text);
      },
      async bundle(digest, claim) {
        await demandOwn(digest, claim);
        return desk.bundle(digest, claim);
      },
      async isRecorded(owner, claim) {
        await demandClaimed(claim);
        return desk.isRecorded(owner, claim);
      },
    },
  };
}
