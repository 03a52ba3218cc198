import type { Command } from '../../src/bus/messages/commands.ts';
import type { IntakeResult } from '../../src/engine/engine.ts';
import type { EnvironmentStatus } from '../../src/model/environment.ts';
import type { RunRecord } from '../../src/model/run.ts';
import type { Write } from '../../src/store/store.ts';
import { environment, run } from './records.ts';
import { openRoom, type Room } from './room.ts';
import { resource, template } from './templates.ts';

/** A room in which commands are taken in and nothing else happens; `sample` is published. */
export async function intakeRoom(writes: Write[] = []): Promise<Room> {
  const room = await openRoom({ starts: false });
  await room.publish(template('1.0.0', [resource('a'), resource('web')]));
  const { store } = room.context;
  await room.clock.finish(store.commit({ scope: 'shop', expect: [], writes, events: [] }));
  return room;
}

export function submit(
  { clock, engine }: Room,
  command: Command,
  id: string,
  source = 'test',
): Promise<IntakeResult> {
  return clock.finish(engine.submit(command, { source, id }));
}

export function putRun(value: RunRecord): Write {
  return { kind: 'put', collection: 'runs', key: value.id, value };
}

/** Environment `shop`, and how many commands were accepted for it. */
export function putShop(status: EnvironmentStatus | null, acceptedCount: number): Write[] {
  const template = run().template ?? { name: '', version: '', digest: '' };
  const value = environment({ name: 'shop', status: status ?? 'ok', template });
  return [
    ...(status === null
      ? []
      : ([{ kind: 'put', collection: 'environments', key: 'shop', value }] satisfies Write[])),
    {
      kind: 'put',
      collection: 'queues',
      key: 'shop',
      value: { environment: 'shop', acceptedCount },
    },
  ];
}
