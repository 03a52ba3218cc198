import { SecretValue } from '../../platform/secret-value.ts';
import type { StepContext } from '../executor.ts';
import type { CommandSettings } from './settings.ts';
import type { Operation, RunSpec } from './spec.ts';

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

function pathOf({ path, host }: CommandSettings): string {
  return path ?? host.PATH ?? USUAL_PATH;
}

/** All that an application sees of the outside: named here, in the configuration or in the spec. */
export function environmentOf(
  settings: CommandSettings,
  { spec, context, operation }: { spec: RunSpec; context: StepContext; operation: Operation },
): Record<string, string> {
  const passed = settings.passEnvironment.flatMap((name) => {
    const value = settings.host[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const given = Object.entries(spec.env).map(([name, value]) => {
    return [name, value instanceof SecretValue ? value.reveal() : String(value)] as const;
  });
  return {
    LANG: settings.host.LANG ?? 'C.UTF-8',
    ...Object.fromEntries(passed),
    PATH: pathOf(settings),
    HOME: context.workFolder,
    TMPDIR: context.workFolder,
    ...(context.traceparent === undefined ? {} : { TRACEPARENT: context.traceparent }),
    ...Object.fromEntries(given),
    BIOTOPE_ENVIRONMENT: context.environment,
    BIOTOPE_ADDRESS: context.address,
    BIOTOPE_STEP_ID: context.stepId,
    BIOTOPE_OPERATION: operation,
    BIOTOPE_WORK_FOLDER: context.workFolder,
    BIOTOPE_BUNDLE_FOLDER: context.bundleFolder,
  };
}
