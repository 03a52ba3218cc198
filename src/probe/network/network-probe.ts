import { type Resolve, systemResolve } from '../../platform/network/addresses.ts';
import { orAborted, reasonOf } from '../../platform/network/failures.ts';
import type { Probe, ProbeAnswer } from '../probe.ts';
import type { HttpAnswer } from './http.ts';
import { askTcp } from './tcp.ts';

/** Asks over the network. Refuses link-local and metadata addresses. */
export function createNetworkProbe({ resolve = systemResolve }: { resolve?: Resolve } = {}): Probe {
  return async (endpoint, timeoutMs, signal) => {
    // Node's HTTP takes longer to load than most commands: it is loaded where somebody is asked.
    const http = endpoint.kind === 'http' ? await import('./http.ts') : null;
    const startedAtMs = performance.now();
    const time = AbortSignal.timeout(timeoutMs);
    const both = signal === undefined ? time : AbortSignal.any([time, signal]);
    const tookMs = () => Math.round(performance.now() - startedAtMs);
    try {
      if (http !== null) {
        const asked = http.askHttp(endpoint.target, { signal: both, resolve });
        const answer = await orAborted(asked, both);
        return judge(answer, endpoint.expectStatus, tookMs());
      }
      await orAborted(askTcp(endpoint.target, { signal: both, resolve }), both);
      return { alive: true, detail: `connected in ${tookMs()} ms` };
    } catch (error) {
      const isTimeUp = time.aborted && signal?.aborted !== true;
      const detail = isTimeUp ? `no answer within ${timeoutMs} ms` : reasonOf(error, signal);
      return { alive: false, detail };
    }
  };
}

function judge({ status, text }: HttpAnswer, expected: number[], tookMs: number): ProbeAnswer {
  const alive = expected.length === 0 ? status < 400 : expected.includes(status);
  const told = `${status} ${text.slice(0, TEXT_CHARACTERS_MAX)}`.trim();
  const wanted = alive ? '' : `, expected ${expected.join(' or ') || 'less than 400'}`;
  return { alive, detail: `${told} in ${tookMs} ms${wanted}` };
}

const TEXT_CHARACTERS_MAX = 60;
