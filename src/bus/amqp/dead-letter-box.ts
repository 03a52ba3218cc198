import { type ChannelModel, type ConfirmChannel, connect, type GetMessage } from 'amqplib';
import { isJsonObject } from '../../model/json.ts';
import { messageOf } from '../../model/thrown.ts';
import { digestJson } from '../../platform/digest.ts';
import type { DeadLetter, DeadLetterBox, Replayed } from '../dead-letters.ts';
import { readAddress } from './address.ts';
import { DEAD, textOf } from './dead-letters.ts';
import { away } from './failures.ts';
import { declareDead, type Names, namesOf } from './topology.ts';
import { fromBytes } from './wire.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** Looked through for one by its id. */
const LOOKED_AT_MAX = 10_000;
const ID_CHARACTERS = 12;

/**
 * The queue of dead letters, for people. What is looked at is held until this is closed, so that nobody
 * replays it meanwhile.
 */
export async function openDeadLetterBox(url: string, prefix: string): Promise<DeadLetterBox> {
  const names = namesOf(prefix);
  const model = await open(url);
  /** Whatever is left unsettled is in the queue again afterwards. */
  const over = async <T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> => {
    try {
      const channel = await model.createConfirmChannel();
      channel.on('error', ignored);
      await declareDead(channel, names);
      const result = await work(channel);
      // The answer comes when they are there again.
      channel.nackAll(true);
      await channel.checkQueue(names.dead);
      await channel.close();
      return result;
    } catch (error) {
      throw away(`RabbitMQ did not answer: ${messageOf(error)}`, error);
    }
  };
  return {
    list: (limit) =>
      over(async (channel) => {
        const letters: DeadLetter[] = [];
        const { messageCount } = await channel.checkQueue(names.dead);
        for await (const message of messagesOf(channel, names, limit)) {
          letters.push(letterOf(message, prefix));
        }
        return { letters, total: messageCount };
      }),
    replay: (which) => over((channel) => replay(channel, names, { which, prefix })),
    close: async () => {
      await model.close().catch(ignored);
    },
  };
}

async function replay(
  channel: ConfirmChannel,
  names: Names,
  { which, prefix }: { which: Parameters<DeadLetterBox['replay']>[0]; prefix: string },
): Promise<Replayed[]> {
  const id = 'id' in which ? which.id : null;
  const limit = 'id' in which ? LOOKED_AT_MAX : which.limit;
  const replayed: Replayed[] = [];
  for await (const message of messagesOf(channel, names, limit)) {
    const letter = letterOf(message, prefix);
    if (id !== null && letter.id !== id) continue;
    replayed.push({ letter, refusal: await putBack(channel, message, letter, prefix) });
    if (id !== null) break;
  }
  return replayed;
}

async function open(url: string): Promise<ChannelModel> {
  try {
    const terms = { timeout: CONNECT_TIMEOUT_MS, noDelay: true };
    const model = await connect(readAddress(url), terms);
    model.on('error', ignored);
    return model;
  } catch (error) {
    throw away(`RabbitMQ does not answer: ${messageOf(error)}`, error);
  }
}

/** Those that are there now: what dies once more meanwhile is not taken again. */
async function* messagesOf(channel: ConfirmChannel, { dead }: Names, limit: number) {
  const { messageCount } = await channel.checkQueue(dead);
  for (let count = 0; count < Math.min(limit, messageCount); count += 1) {
    const message = await channel.get(dead);
    if (message === false) return;
    yield message;
  }
}

function letterOf(message: GetMessage, prefix: string): DeadLetter {
  const { properties, content } = message;
  const headers = properties.headers ?? {};
  const messageId = textOf(properties.messageId) ?? null;
  const said = saidBy(message);
  const queue = textOf(headers[DEAD.queue]) ?? textOf(headers['x-first-death-queue']);
  const isOurs = queue?.startsWith(`${prefix}.`) ?? false;
  const diedAt = textOf(headers[DEAD.time]) ?? deathTime(headers['x-death']);
  const what = [messageId, diedAt ?? null, content.toString('base64')];
  return {
    id: digestJson(what).replace(/^.*:/, '').slice(0, ID_CHARACTERS),
    messageId: messageId ?? said.id,
    type: said.type,
    source: said.source,
    reason: textOf(headers[DEAD.reason]) ?? reasonOf(textOf(headers['x-first-death-reason'])),
    diedAt: diedAt ?? null,
    from: isOurs && queue !== undefined ? queue.slice(prefix.length + 1) : null,
    bytes: content.length,
  };
}

function saidBy(message: GetMessage): Pick<DeadLetter, 'type' | 'source'> & { id: string | null } {
  const value = fromBytes(message);
  const said = isJsonObject(value) ? value : {};
  const word = (name: string) => textOf(said[name]) ?? null;
  return { id: word('id'), type: word('type'), source: word('source') };
}

function reasonOf(death: string | undefined): string {
  if (death === 'delivery_limit')
    return 'it was delivered too often: its takers may have died of it';
  return death ?? 'nobody said why';
}

/** The broker's own words about it: seconds, as its library reads them. */
function deathTime(deaths: unknown): string | undefined {
  const [first]: unknown[] = Array.isArray(deaths) ? deaths : [];
  const time = isJsonObject(first) ? (first.time as unknown) : undefined;
  const seconds = isJsonObject(time) ? Number(time.value) : Number.NaN;
  return Number.isFinite(seconds) ? new Date(seconds * 1_000).toISOString() : undefined;
}

/** First kept there, then no longer kept here. Returns why not. */
async function putBack(
  channel: ConfirmChannel,
  message: GetMessage,
  { from }: DeadLetter,
  prefix: string,
): Promise<string | null> {
  if (from === null) return 'nobody knows which queue it was in';
  const { messageId, contentType, headers } = message.properties;
  const traceparent = textOf(headers?.traceparent);
  let isReturned = false;
  const onReturn = () => {
    isReturned = true;
  };
  channel.once('return', onReturn);
  await new Promise<void>((resolve, reject) => {
    const options = {
      persistent: true,
      mandatory: true,
      contentType,
      headers: traceparent === undefined ? {} : { traceparent },
      ...(messageId === undefined ? {} : { messageId }),
    };
    channel.publish('', `${prefix}.${from}`, message.content, options, (error) =>
      error ? reject(error) : resolve(),
    );
  });
  channel.off('return', onReturn);
  if (isReturned) return `there is no queue ${prefix}.${from}`;
  channel.ack(message);
  return null;
}

/** What went wrong is told by the call that waits. */
function ignored(): void {}
