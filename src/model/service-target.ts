/** A service in Consul whose instances tell whether a resource lives. */
export interface ServiceTarget {
  service: string;
  /** Null: that of whoever asks. */
  datacenter: string | null;
  /** Null: whatever their tags are. */
  tag: string | null;
  /** So many instances have to be well. */
  minPassing: number;
}

/**
 * As the target of a status endpoint: `consul://DATACENTER/SERVICE?passing=1&tag=TAG`, the datacenter
 * often empty. Its parts may still hold `${…}`, so nothing is escaped.
 */
export function serviceTargetText({ service, datacenter, tag, minPassing }: ServiceTarget): string {
  const tagged = tag === null ? '' : `&tag=${tag}`;
  return `consul://${datacenter ?? ''}/${service}?passing=${minPassing}${tagged}`;
}

const TARGET =
  /^consul:\/\/(?<datacenter>[\w-]{0,100})\/(?<service>[\w.-]{1,200})\?passing=(?<passing>\d{1,5})(?:&tag=(?<tag>\S{1,200}))?$/;

/** Undefined where the text is none, as an expression may have made it. */
export function readServiceTarget(text: string): ServiceTarget | undefined {
  const { datacenter, service, passing, tag } = TARGET.exec(text)?.groups ?? {};
  if (service === undefined) return undefined;
  const minPassing = Number(passing);
  return { service, datacenter: datacenter || null, tag: tag ?? null, minPassing };
}
