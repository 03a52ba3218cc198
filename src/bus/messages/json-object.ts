import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';

/** Any object of what was read as JSON: its members are another party's. */
export const jsonObject = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>;
