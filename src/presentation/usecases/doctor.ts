import { examine } from '../../compose/doctor/doctor.ts';
import { configRequest } from '../open-session.ts';
import { doctorPage } from '../pages/doctor.ts';
import type { Answer, GlobalFlags } from '../session.ts';

/** Needs neither a valid configuration nor a data folder. */
export async function doctor(flags: GlobalFlags): Promise<Answer & { isWell: boolean }> {
  const checks = await examine(configRequest(flags));
  const isWell = checks.every(({ status }) => status !== 'failed');
  return {
    isWell,
    document: { ok: isWell, checks },
    lines: (palette) => doctorPage(checks, palette),
  };
}
