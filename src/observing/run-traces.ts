import { isRunFinished, type RunRecord } from '../model/run.ts';
import { isStepFinished, type StepRecord } from '../model/step.ts';
import { readTraceparent, type TraceContext, traceOfRun, traceOfStep } from '../model/trace.ts';
import { hexDigest } from '../platform/digest.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Tracer } from '../tracing/tracer.ts';

/**
 * A span for each run and each step, told once it is over. Their ids follow from the run's, so that
 * whoever ends a run tells the same trace, whoever began it: it goes on behind a restart.
 */
export function traceRuns(
  tracer: Tracer,
  store: Pick<Store, 'get'>,
): (transaction: Pick<Transaction, 'writes'>) => void {
  const tellStep = async (step: StepRecord) => {
    const run = await store.get('runs', step.runId);
    if (run !== undefined) tracer.tell(stepSpan(step, placeOf(run.value)));
  };
  return ({ writes }) => {
    for (const write of writes) {
      if (write.kind !== 'put') continue;
      if (write.collection === 'runs' && isRunFinished(write.value))
        tracer.tell(runSpan(write.value));
      if (write.collection === 'steps' && isStepFinished(write.value)) {
        // A run that cannot be read has worse troubles than a missing span.
        tellStep(write.value).catch(() => {});
      }
    }
  };
}

const placeOf = (run: RunRecord) => traceOfRun(run, hexDigest);

function runSpan(run: RunRecord): Parameters<Tracer['tell']>[0] {
  const { id, environment, kind, status, failure, acceptedAtMs, finishedAtMs } = run;
  return {
    name: `run ${kind}`,
    kind: 'internal',
    context: placeOf(run),
    parentSpanId: readTraceparent(run.traceparent)?.spanId,
    startMs: acceptedAtMs,
    endMs: finishedAtMs ?? acceptedAtMs,
    attributes: {
      'biotope.run': id,
      'biotope.environment': environment,
      'biotope.kind': kind,
      'biotope.outcome': status,
    },
    failure: status === 'failed' ? (failure?.code ?? 'failed') : undefined,
  };
}

function stepSpan(step: StepRecord, run: TraceContext): Parameters<Tracer['tell']>[0] {
  const { runId, label, executor, action, attempt, status, result, failure } = step;
  const endMs = step.finishedAtMs ?? 0;
  return {
    name: `${action} ${executor}`,
    kind: 'internal',
    context: traceOfStep(run, step, hexDigest),
    parentSpanId: run.spanId,
    startMs: step.startedAtMs ?? endMs,
    endMs,
    attributes: {
      'biotope.run': runId,
      'biotope.environment': step.environment,
      'biotope.step': label,
      'biotope.executor': executor,
      'biotope.attempts': attempt,
      'biotope.outcome': result ?? status,
    },
    failure: status === 'failed' ? (failure?.code ?? 'failed') : undefined,
  };
}
