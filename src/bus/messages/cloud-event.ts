import type { EventRecord } from '../../model/event.ts';
import { redactJson } from '../../platform/redact-json.ts';

/** An event as a CloudEvent 1.0 in JSON. Secrets are redacted. */
export function cloudEventOf({ id, type, scope, runId, address, data, atMs }: EventRecord) {
  return {
    specversion: '1.0',
    id,
    source: '/biotope',
    type,
    subject: address === null ? scope : `${scope}/${address}`,
    time: new Date(atMs).toISOString(),
    datacontenttype: 'application/json',
    data: { run: runId, address, ...redactJson(data) },
  };
}
