import { timingSafeEqual } from 'node:crypto';
import type { Order } from '../../model/order.ts';
import type { Operation } from '../../model/step.ts';
import { type DigestKey, keyedDigestJson } from '../../platform/digest.ts';
import type { EngineContext } from '../context.ts';
import { createSharedKey } from '../shared-key.ts';

/**
 * What a worker of another process shows with each request: that it was given the order. Whoever takes
 * an order from the bus can do what the order needs, and nobody else, and nothing else. It needs no
 * record of its own and no end: it is of use only while the step's record says what it says.
 *
 *   order.<base64url of the identity, as JSON>.<hex of an HMAC-SHA256 over that>
 */
export interface OrderTokens {
  sign(order: Order): Promise<string>;
  /** The order that the token was made for. Undefined: nobody of ours made it. */
  read(token: string): Promise<Order | undefined>;
}

const FORM = /^(?<text>order\.(?<identity>[\w-]{1,8000}))\.(?<seal>[0-9a-f]{64})$/;

export function createOrderTokens(context: Pick<EngineContext, 'secrets'>): OrderTokens {
  const key = createSharedKey(context, { path: 'biotope/orders', field: 'token-key' });
  return {
    sign: async (order) => {
      const text = `order.${Buffer.from(JSON.stringify(identityOf(order))).toString('base64url')}`;
      return `${text}.${sealOf(await key(), text)}`;
    },
    read: async (token) => {
      const { text = '', identity = '', seal = '' } = FORM.exec(token)?.groups ?? {};
      if (text === '' || !isSame(seal, sealOf(await key(), text))) return undefined;
      const order = orderOf(JSON.parse(Buffer.from(identity, 'base64url').toString()));
      return { ...order, token };
    },
  };
}

type Identity = [string, string, string, string, Operation, number, number, number];

function identityOf(order: Order): Identity {
  const { runId, environment, address, pool, operation } = order;
  const { attempt, runEpoch, clusterEpoch } = order;
  return [runId, environment, address, pool, operation, attempt, runEpoch, clusterEpoch];
}

function orderOf([runId, environment, address, pool, operation, ...numbers]: Identity): Order {
  const [attempt, runEpoch, clusterEpoch] = numbers;
  return { runId, environment, address, pool, operation, attempt, runEpoch, clusterEpoch };
}

function sealOf(key: DigestKey, text: string): string {
  return keyedDigestJson(key, text).replace(/^hmac-sha256:/, '');
}

/** In a time that says nothing of how much is alike. */
function isSame(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
