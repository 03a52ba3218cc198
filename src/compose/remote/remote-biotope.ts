import type { Config } from '../../config/schema.ts';
import type { Target } from '../../config/target.ts';
import { BiotopeError } from '../../model/errors.ts';
import { systemClock } from '../../platform/clock.ts';
import { systemIds, systemRandom } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { createApiClient } from '../../remote/client/client.ts';
import { impactOnServer, planOnServer } from '../../remote/plans.ts';
import { revealOnServer } from '../../remote/reveal.ts';
import { createRemoteStore } from '../../remote/store.ts';
import { submitToServer } from '../../remote/submit.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import { dataPaths } from '../data-folder.ts';
import type { Biotope } from '../seat/contract.ts';
import type { Notify } from '../seat/notice.ts';

export interface RemoteRequest {
  config: Config;
  target: Target;
  log: Logger;
  notify: Notify;
  /** Ends what waits for the server. */
  signal: AbortSignal;
}

/** Whoever follows something looks again after so long: each look is a request. */
const LOOK_EVERY_MS = 400;

/** A server as commands see it: they read through its routes, and it carries out what they submit. */
export function openRemote(request: RemoteRequest): Biotope {
  const { config, target, log, notify, signal } = request;
  const { url } = target;
  const client = createApiClient({
    ...target,
    host: process.env,
    signal,
    clock: systemClock,
    random: systemRandom,
    log,
    onSilence: (isSilent) => notify({ kind: isSilent ? 'server-silent' : 'server-back', url }),
  });
  const store = createRemoteStore(client);
  return {
    config,
    paths: dataPaths(config.dataFolder),
    log,
    notify,
    store,
    storeWithShipped: store,
    secrets: noSecrets(() => onlyEmbedded('Reading secrets', url)),
    seat: undefined,
    server: { server: url },
    drive: async () => false,
    driveIfLeft: async () => false,
    driveOrWait: async () => {
      throw onlyEmbedded('This', url);
    },
    otherDriver: () => ({ server: url }),
    interruptedRuns: async () => [],
    submit: (command) => submitToServer(client, command, systemIds()),
    plan: (terms) => planOnServer(client, terms),
    impact: (terms) => impactOnServer(client, terms),
    revealOutputs: (of) => revealOnServer(client, of),
    publish: async (source, options) => {
      const { publishOnServer } = await import('../../remote/publish.ts');
      const { upgrade, skipLock } = options;
      return publishOnServer(client, source, { upgrade, skipLock, limits: config.limits });
    },
    checkTemplate: async (source) => {
      const { checkOnServer } = await import('../../remote/publish.ts');
      return checkOnServer(client, source, { limits: config.limits });
    },
    changed: (timeoutMs) =>
      new Promise((resolve) => {
        systemClock.setTimer(Math.max(timeoutMs, LOOK_EVERY_MS), resolve);
      }),
    close: async () => client.close(),
  };
}

/** They stay with the server. */
function noSecrets(refusal: () => BiotopeError): Secrets {
  const refuse = async () => {
    throw refusal();
  };
  return {
    read: refuse,
    write: refuse,
    remove: refuse,
    list: refuse,
    seal: refuse,
    open: refuse,
    close: async () => {},
  };
}

function onlyEmbedded(what: string, url: string): BiotopeError {
  return new BiotopeError('SERVER_UNSUPPORTED', {
    message: `${what} cannot be had from the server at ${url}.`,
    remedy: 'It works on a data folder of this machine: --data FOLDER.',
  });
}
