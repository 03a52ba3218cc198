/** A message of a stream of server-sent events. */
export interface Sent {
  id: string;
  event: string;
  data: ReturnType<JSON['parse']>;
}

/** Reads messages until the stream ends, or until `enough` says so: then the connection is closed. */
export async function readStream(
  url: string,
  { enough = () => false, ...request }: RequestInit & { enough?: (all: Sent[]) => boolean } = {},
): Promise<Sent[]> {
  const leave = new AbortController();
  const headers = { accept: 'text/event-stream', ...Object(request.headers) };
  const response = await fetch(url, { ...request, headers, signal: leave.signal });
  if (response.body === null || !response.ok) throw new Error(`no stream: ${response.status}`);
  const all: Sent[] = [];
  let text = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const message = parse(text.slice(0, end));
      if (message !== undefined) all.push(message);
      text = text.slice(end + 2);
    }
    if (enough(all)) break;
  }
  leave.abort();
  return all;
}

function parse(block: string): Sent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)] as const;
    }),
  );
  const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
  if (id === undefined || event === undefined || data === undefined) return undefined;
  return { id, event, data: JSON.parse(data) };
}
