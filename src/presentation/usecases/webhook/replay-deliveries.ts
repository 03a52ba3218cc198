import { BiotopeError } from '../../../model/errors.ts';
import { failedDeliveries } from '../../../queries/deliveries.ts';
import { plural } from '../../pages/words.ts';
import type { Answer, Session } from '../../session.ts';
import { parseTime } from '../../times.ts';
import { submit } from '../run/perform.ts';

interface Asked {
  delivery: string | undefined;
  'failed-since'?: string | undefined;
  webhook?: string | undefined;
}

/** Sends one delivery again, or all that have failed since a time: a server does it. */
export async function replayDeliveries(session: Session, asked: Asked): Promise<Answer> {
  const { delivery, 'failed-since': since, webhook } = asked;
  if ((delivery === undefined) === (since === undefined)) {
    throw new BiotopeError('USAGE', {
      message: 'Name a delivery, or a time with --failed-since: one of the two.',
    });
  }
  const ids = since === undefined ? [delivery ?? ''] : await failedIds(session, since, webhook);
  if (ids.length > 0) await submit(session, { type: 'webhook.replay', data: dataOf(asked) });
  return {
    document: { replayed: ids },
    names: ids,
    lines: () =>
      ids.length === 0
        ? ['No delivery has failed since then.']
        : [`${plural(ids.length, 'delivery')} on the way again: biotope server sends what waits.`],
  };
}

async function failedIds(
  { biotope: { store } }: Session,
  since: string,
  webhook: string | undefined,
): Promise<string[]> {
  const failed = await failedDeliveries(store, { sinceMs: parseTime(since), webhook });
  return failed.map(({ id }) => id);
}

function dataOf({ delivery, 'failed-since': since, webhook }: Asked) {
  return {
    ...(delivery === undefined ? {} : { delivery }),
    ...(since === undefined ? {} : { failedSince: new Date(parseTime(since)).toISOString() }),
    ...(webhook === undefined ? {} : { webhook }),
  };
}
