import type { Command } from '../../../src/bus/messages/commands.ts';
import type { IntakeResult } from '../../../src/engine/engine.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { sleep } from '../../../src/platform/clock.ts';
import type { Server } from '../world/server.ts';
import type { Stage } from './stage.ts';
import type { Troupe } from './troupe.ts';

/** People and programs that send commands, and insist on an answer. */
export interface People {
  /** Resolves once the command was answered for. */
  send(command: Command): Promise<void>;
  /** Sends it without waiting. */
  ask(command: Command): void;
  /** Something that nobody can understand. */
  babble(): void;
  /** How many still wait for an answer. */
  readonly waiting: number;
}

const SOURCE = 'story';
const ANSWER_WITHIN_MS = 20_000;
const PAUSE_MS = 1_500;

export function createPeople(stage: Stage, troupe: Troupe): People {
  const { chance, clock, chronicle, promises, records } = stage;
  let sent = 0;
  let waiting = 0;

  async function send(command: Command): Promise<void> {
    sent += 1;
    waiting += 1;
    const id = `command-${sent}`;
    chronicle.note('people', () => `ask ${id}: ${command.type} ${JSON.stringify(command.data)}`);
    promises.ask(id, command);
    chronicle.mark(`${command.type} ${momentOf(command)}`);
    try {
      if (chance.in100(25)) await byBus(id, command);
      else await byHand(id, command);
    } finally {
      waiting -= 1;
    }
  }

  /** What the environment is busy with that the command is about. */
  function momentOf({ data }: Command): string {
    const name = nameOf(data);
    const environment = records.get('environments', name ?? '');
    const kind = records.get('runs', environment?.activeRunId ?? '')?.kind;
    return kind === undefined ? 'in peace' : `in the middle of a ${kind}`;
  }

  function nameOf(data: Command['data']): string | undefined {
    if ('environment' in data) return data.environment;
    if ('name' in data) return data.name;
    return 'run' in data ? records.get('runs', data.run)?.environment : undefined;
  }

  /** Asks until there is an answer, and sometimes once more. */
  async function byHand(id: string, command: Command): Promise<void> {
    for (let isOver = false; !isOver; ) {
      const answer = await ask(id, command);
      if (answer === undefined) await sleep(clock, PAUSE_MS);
      else isOver = !chance.in100(stage.weather.commandsTwice / 2);
    }
    if (chance.in100(5)) await misuse(id);
  }

  async function ask(id: string, command: Command): Promise<IntakeResult | undefined> {
    const server = troupe.server();
    if (server === undefined) return undefined;
    const answer = await submit(server, command, id);
    if (answer === undefined) return undefined;
    const { outcome } = answer;
    chronicle.note(
      'people',
      () => `${id} is ${outcome}${outcome === 'rejected' ? `: ${answer.message}` : ''}`,
    );
    promises.answered(id, answer);
    return answer;
  }

  async function submit(
    { engine, process }: Server,
    command: Command,
    id: string,
  ): Promise<IntakeResult | undefined> {
    const answer = process
      .through(() => engine.submit(command, { source: SOURCE, id }))
      .catch((error: unknown) => {
        chronicle.note('people', () => `${id} is not answered: ${String(error)}`);
        return undefined;
      });
    return Promise.race([answer, sleep(clock, ANSWER_WITHIN_MS).then(() => undefined)]);
  }

  /** Another command under an id that was used before. */
  async function misuse(id: string): Promise<void> {
    const server = troupe.server();
    if (server === undefined) return;
    const answer = await submit(server, { type: 'run.cancel', data: { run: 'other' } }, id);
    if (answer === undefined) return;
    if (answer.outcome === 'rejected' && answer.code === 'COMMAND_REUSED') return;
    chronicle.complain(`${id} was used for another command, and the answer was ${answer.outcome}`);
  }

  /** Until it is in the inbox: the bus alone does not answer for everything. */
  async function byBus(id: string, { type, data }: Command): Promise<void> {
    const text = JSON.stringify({ specversion: '1.0', id, source: SOURCE, type, data });
    const isTaken = () => records.all('inbox').some((entry) => entry.id === id);
    while (!isTaken()) {
      deliver(text, id);
      for (let times = 0; times < 5 && !isTaken(); times += 1) await sleep(clock, PAUSE_MS);
    }
  }

  function deliver(text: string, messageId: string): void {
    const body = new TextEncoder().encode(text);
    troupe
      .network()
      ?.send({ body, messageId })
      .catch(() => {});
  }

  return {
    send,
    ask: (command) => {
      send(command).catch((error: unknown) => chronicle.complain(`people: ${String(error)}`));
    },
    babble() {
      const texts: JsonObject[] = [{}, { type: 'environment.create' }, { id: 'x', data: [] }];
      deliver(JSON.stringify(chance.pick(texts)).slice(0, chance.below(30)), 'babble');
    },
    get waiting() {
      return waiting;
    },
  };
}
