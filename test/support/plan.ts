import { DEFAULT_ENGINE_SETTINGS } from '../../src/engine/context.ts';
import { NO_WISHES, type Wishes } from '../../src/engine/planner/asked.ts';
import type { Plan } from '../../src/engine/planner/plan.ts';
import { planRun } from '../../src/engine/planner/planner.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/model/limits.ts';
import type { ResourceRecord } from '../../src/model/resource.ts';
import type { Template } from '../../src/model/template.ts';
import { createLedger } from './ledger-executor.ts';

export const PARAMETERS: JsonObject = { size: 1 };

const ENVIRONMENT = { name: 'shop', description: '', tags: [] };

type Recorded = ReadonlyMap<string, ResourceRecord>;

interface Options {
  parameters?: JsonObject;
  limits?: Partial<Limits>;
  canInspect?: boolean;
  asked?: Partial<Wishes>;
}

/** What a run would do. `desired` null: everything is to go. */
export function plan(desired: Template | null, recorded: Recorded, options: Options = {}): Plan {
  const { parameters = PARAMETERS, limits = {}, canInspect = true, asked = {} } = options;
  const reference = { name: 'sample', version: '1.0.0', digest: 'sha256:0' };
  return planRun(
    {
      definitions: createLedger({ canInspect }).definitions,
      limits: { ...DEFAULT_LIMITS, ...limits },
      settings: DEFAULT_ENGINE_SETTINGS,
    },
    {
      environment: ENVIRONMENT,
      template: desired === null ? null : { reference, template: desired },
      parameters,
      recorded,
      asked: { ...NO_WISHES, ...asked },
    },
  );
}
