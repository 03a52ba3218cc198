import { BiotopeError } from '../model/errors.ts';
import { insist } from './insist.ts';
import { insistence, type Step, sealContext } from './step.ts';

/** The last one of each step: what was checkpointed last is mostly what is reported. */
const latest = new WeakMap<Step, { state: Uint8Array; sealed: string }>();

/** Rejects with LIMIT_EXCEEDED, or once the claim is lost; waits for a secret store that is away. */
export async function sealState(step: Step, state: Uint8Array): Promise<string> {
  const known = latest.get(step);
  if (known?.state === state) return known.sealed;
  const sealed = await seal(step, state);
  latest.set(step, { state, sealed });
  return sealed;
}

async function seal(step: Step, state: Uint8Array): Promise<string> {
  const { stateBytesMax } = step.tools.limits;
  if (state.byteLength > stateBytesMax) {
    throw new BiotopeError('LIMIT_EXCEEDED', {
      message:
        `The state of ${step.grant.label} has ${state.byteLength} bytes, at most ${stateBytesMax} ` +
        'are allowed. Divide the resource, or raise limits.stateBytesMax.',
    });
  }
  return insist(
    () =>
      step.tools.secrets.seal(
        state,
        sealContext({ environment: step.grant.order.environment, identity: step.grant.identity }),
      ),
    insistence(step),
  );
}
