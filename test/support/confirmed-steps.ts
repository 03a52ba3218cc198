import { writeSync } from 'node:fs';
import { unfinishedRuns } from '../../src/compose/seat/seat.ts';
import { sleep, systemClock } from '../../src/platform/clock.ts';
import { openIdleWhole, untilSucceeded } from '../bench/idle-whole.ts';
import { publishDirectly, resource, template } from './templates.ts';

/**
 * Goes on with the runs that it finds, and prints `<run> <address>` for each step that is confirmed.
 * Given a name it begins others of that name, one round after the other, until it is killed: chains
 * beside each other, and one run of many steps at once. Without a name it ends.
 */
const [folder = '', name] = process.argv.slice(2);
const CHAINS = 20;
const CHAIN_LENGTH = 10;
const FAN_WIDTH = 200;

const idle = await openIdleWhole(folder);
idle.store.watch(({ writes }) => {
  for (const write of writes) {
    if (write.kind !== 'put' || write.collection !== 'steps') continue;
    const { status, runId, address } = write.value;
    if (status === 'succeeded') writeSync(1, `${runId} ${address}\n`);
  }
});

async function publish(): Promise<void> {
  const one = (id: string, needs: string[]) =>
    resource(id, { executor: 'idle', needs, with: { name: id } });
  const chain = Array.from({ length: CHAIN_LENGTH }, (_, at) =>
    one(`c${at}`, at === 0 ? [] : [`c${at - 1}`]),
  );
  const fan = Array.from({ length: FAN_WIDTH }, (_, at) => one(`f${at}`, []));
  await publishDirectly(idle.store, template('1.0.0', chain, { name: 'chain' }));
  await publishDirectly(idle.store, template('1.0.0', fan, { name: 'fan' }));
}

async function beginRound(round: string): Promise<void> {
  const create = (environment: string, kind: string) =>
    idle.send({ type: 'environment.create', data: { name: environment, template: kind } });
  const chains = Array.from({ length: CHAINS }, (_, at) => `chain-${round}-${at}`);
  const ended = untilSucceeded(idle, CHAINS + 1);
  const sent = [create(`fan-${round}`, 'fan'), ...chains.map((each) => create(each, 'chain'))];
  await Promise.all([ended, ...sent]);
}

if (name === undefined) {
  while ((await unfinishedRuns(idle.store)).length > 0) await sleep(systemClock, 20);
  await idle.close();
} else {
  if ((await idle.store.find('templates')).length === 0) await publish();
  for (let round = 0; ; round += 1) await beginRound(`${name}-${round}`);
}
