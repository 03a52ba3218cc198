import fc from 'fast-check';
import type { JsonValue } from '../../src/model/json.ts';
import { binaryText, mutatedJson, mutatedText } from './mutations.ts';

/** A request as a program writes it, or the bytes of one as anybody may. */
export type Asked =
  | {
      kind: 'request';
      method: string;
      url: string;
      headers: Record<string, string>;
      body: string | Uint8Array | undefined;
    }
  | { kind: 'bytes'; bytes: Uint8Array };

const NAMES = ['shop', 'a', 'shop', 'b%5B0%5D', 'shop', 'external', 'sample@%5E1', 'USAGE'];

/** Addresses that lead somewhere, as far as the names in them do. */
function pathsOf(routes: readonly string[]): string[] {
  return routes.flatMap((route) =>
    NAMES.map((_, at) => {
      let next = at;
      return route.replaceAll(/\{\w+\}/g, () => NAMES[next++ % NAMES.length] ?? '');
    }),
  );
}

const QUERIES = [
  'limit=10&cursor=c2hvcA',
  'after=3&limit=2',
  'q=shop&kind=environment',
  'status=ok&tag=a&template=sample',
  'environment=shop&executor=ledger&depth=4',
  'step=a',
];

const WORDS = ['%', '%00', '%ff', '%ed%a0%80', '..%2f', '//', '?', '#', '[]', 'limit=', '=&', ';'];

const OTHER_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'SEARCH'];

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'content-type': [
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=utf-7',
    'application/cloudevents+json',
    'text/plain',
    'multipart/form-data',
    '/',
    '',
  ],
  'idempotency-key': ['key-1', '', ' ', 'x'.repeat(300), '__proto__', '\u00e9'],
  'last-event-id': ['0', '-1', '1e3', '9007199254740993', 'NaN', ''],
  'if-none-match': ['*', '"a"', 'W/"a", "b"', '"', ','],
  'x-request-id': ['r-1', 'a b', 'x'.repeat(500), '${jndi:x}', '"\\'],
  accept: ['*/*', 'application/json', 'text/html', 'nothing'],
  traceparent: ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '00-0', 'ff-', ''],
  authorization: ['Bearer', 'Bearer x', 'Bearer a.b.c', 'Basic Og==', 'bearer  ', ''],
  'x-forwarded-for': ['127.0.0.1', '::1, 10.0.0.1', 'unknown', ','],
  expect: ['100-continue'],
};

const header = fc
  .constantFrom(...Object.keys(HEADERS))
  .chain((name) =>
    fc.constantFrom(...(HEADERS[name] ?? [])).map((value): [string, string] => [name, value]),
  );

const headers = fc
  .array(header, { maxLength: 4 })
  .map((all) => ({ 'content-type': 'application/json', ...Object.fromEntries(all) }));

/** Deep, or wrong as text: nothing that JSON could be made into. */
const ODD_BODIES = fc.constantFrom<(string | Uint8Array)[]>(
  ...['', '{', 'null', '7', '"a"', '[]', '{}', '{"type":"run.retry","data":null}', '\ufeff{}'],
  '{"type":"run.cancel","data":{"run":"\\ud800"}}',
  '{"__proto__":{"type":"run.retry"},"constructor":{"prototype":{}}}',
  '{"type":"run.cancel","type":"run.retry","data":{"run":"run-1"}}',
  `{"type":"run.retry","data":{"run":${'9'.repeat(400)}}}`,
  `{"type":"environment.create","data":{"name":"${'a'.repeat(70_000)}"}}`,
  `{"type":"environment.create","data":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
  '['.repeat(50_000),
  Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d),
  Uint8Array.of(0xed, 0xa0, 0x80),
);

/** Requests around those that a server understands. */
export function requestsAround(routes: readonly string[], bodies: readonly JsonValue[]) {
  const paths = pathsOf(routes);
  const texts = bodies.map((body) => JSON.stringify(body));
  const path = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...paths) },
    {
      weight: 4,
      arbitrary: mutatedText(paths, WORDS, 3).map((text) => `/${encodeURI(sendable(text))}`),
    },
    { weight: 1, arbitrary: mutatedText(paths, WORDS, 4).map((text) => `/${ascii(text)}`) },
    { weight: 1, arbitrary: binaryText.map((text) => `/api/v1/environments/${encode(text)}`) },
  );
  const query = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: fc.constantFrom(...QUERIES).map((text) => `?${text}`) },
    {
      weight: 3,
      arbitrary: mutatedText(QUERIES, WORDS, 4).map((text) => `?${encodeURI(sendable(text))}`),
    },
  );
  const body = fc.oneof(
    { weight: 6, arbitrary: mutatedJson(bodies, { isDeep: true }).map(textOf) },
    { weight: 3, arbitrary: mutatedText(texts) },
    { weight: 2, arbitrary: ODD_BODIES },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );
  const read = fc.record({
    kind: fc.constant('request' as const),
    method: fc.oneof(
      { weight: 3, arbitrary: fc.constant('GET') },
      { weight: 1, arbitrary: fc.constantFrom(...OTHER_METHODS) },
    ),
    url: fc.tuple(path, query).map((parts) => parts.join('')),
    headers,
    body: fc.constant(undefined),
  });
  const sent = fc.record({
    kind: fc.constant('request' as const),
    method: fc.constant('POST'),
    url: fc.oneof(
      { weight: 4, arbitrary: fc.constant('/api/v1/commands') },
      { weight: 2, arbitrary: path },
    ),
    headers,
    body,
  });
  const bytes = bytesAround(paths, texts);
  return fc.oneof(
    { weight: 10, arbitrary: read },
    { weight: 10, arbitrary: sent },
    { weight: 1, arbitrary: bytes },
  ) satisfies fc.Arbitrary<Asked>;
}

/** What may not even be HTTP. */
function bytesAround(paths: readonly string[], texts: readonly string[]) {
  const posts = texts.map((text) => {
    const headers = `host: a\r\ncontent-type: application/json\r\ncontent-length: ${text.length}`;
    return `POST /api/v1/commands HTTP/1.1\r\n${headers}\r\n\r\n${text}`;
  });
  const gets = paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
  const text = mutatedText([...posts, ...gets]);
  return fc.record({ kind: fc.constant('bytes' as const), bytes: text.map(bytesOf) });
}

export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Too deep to be written: the text of something as deep. */
function textOf(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch {
    return `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  }
}

/** Without what no address can hold, however it is written. */
function sendable(text: string): string {
  return text.toWellFormed().replace(/^\/+/, '');
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function ascii(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '').replace(/^\/+/, '');
}
