import { examine } from '../../compose/doctor/doctor.ts';
import { canFetchTerraform } from '../../compose/terraform-check.ts';
import type { Config } from '../../config/schema.ts';
import { chooseTarget } from '../../config/target.ts';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import { configRequest, readConfig } from '../open-session.ts';
import { doctorPage } from '../pages/doctor.ts';
import type { Answer, GlobalFlags } from '../session.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { canAsk } from '../terminal/question.ts';
import { createScreen } from '../terminal/screen.ts';
import { offerTerraform } from './terraform-offer.ts';

/** Needs neither a valid configuration nor a data folder. */
export async function doctor(flags: GlobalFlags): Promise<Answer & { isWell: boolean }> {
  const choose = () => chooseTarget({ flags, environment: process.env });
  const checks = await examine(configRequest(flags), choose);
  const isWell = checks.every(({ status }) => status !== 'failed');
  return {
    isWell,
    document: { ok: isWell, checks },
    lines: (palette) => doctorPage(checks, palette),
  };
}

/** Fetches what is missing: on a terminal after a question, elsewhere where it was said before. */
export async function install(flags: GlobalFlags, isWanted: boolean): Promise<void> {
  const config = usableConfig(flags);
  if (config === null || !(await canFetchTerraform(config))) return;
  if (!isWanted && !canAsk()) {
    throw new BiotopeError('USAGE', {
      message:
        'Nobody can be asked here whether Terraform is to be fetched: add --install-terraform.',
    });
  }
  const screen = createScreen(process.stderr);
  const interrupt = listenForInterrupt(process);
  try {
    await offerTerraform({ config, screen, interrupt, isWanted });
  } finally {
    interrupt.ignore();
  }
}

/** Null where it is broken: the checks, which come next, say so. */
function usableConfig(flags: GlobalFlags): Config | null {
  try {
    return readConfig(flags);
  } catch (error) {
    if (isBiotopeError(error, 'CONFIGURATION_INVALID')) return null;
    throw error;
  }
}
