import { type ConfigRequest, fallbackConfig, loadConfig } from '../../config/load.ts';
import type { Target } from '../../config/target.ts';
import { isBiotopeError } from '../../model/errors.ts';
import { dataPaths } from '../data-folder.ts';
import { arangoCheck } from './arango-check.ts';
import { brokerCheck } from './broker-check.ts';
import { type Check, type CheckResult, failed, ok, type Patient, runChecks } from './check.ts';
import { consulCheck } from './consul-check.ts';
import { databaseChecks } from './data-checks.ts';
import { dataFolderCheck, diskCheck, driverCheck } from './data-folder-checks.ts';
import { keyCheck } from './key-check.ts';
import { postgresCheck } from './postgres-check.ts';
import { gitCheck, nodeCheck, terraformCheck } from './programs.ts';
import { serverCheck } from './server-check.ts';
import { vaultCheck } from './vault-check.ts';

const configurationCheck: Check = {
  name: 'configuration',
  run: ({ configProblem }) => {
    if (configProblem === null) return ok('all settings are valid');
    const found = [configProblem.message, configProblem.detail].filter(Boolean).join('\n');
    return failed(
      found,
      'Mend the places named. What follows was looked at with default settings.',
    );
  },
};

/** In the order in which they are shown. Each stands alone: a new one is added here. */
const CHECKS: readonly Check[] = [
  configurationCheck,
  nodeCheck,
  terraformCheck,
  gitCheck,
  dataFolderCheck,
  diskCheck,
  driverCheck,
  ...databaseChecks,
  keyCheck,
  arangoCheck,
  postgresCheck,
  brokerCheck,
  vaultCheck,
  consulCheck,
];

/**
 * Looks at everything that a command needs, and changes nothing. Answers also where the configuration
 * or the store is broken: that is when it is asked.
 */
export function examine(
  request: ConfigRequest,
  chooseServer: () => Target | undefined,
): Promise<CheckResult[]> {
  return runChecks([...CHECKS, serverCheck(chooseServer)], patientOf(request));
}

function patientOf(request: ConfigRequest): Patient {
  try {
    const config = loadConfig(request);
    return { config, paths: dataPaths(config.dataFolder), configProblem: null };
  } catch (error) {
    if (!isBiotopeError(error)) throw error;
    const config = fallbackConfig(request);
    return { config, paths: dataPaths(config.dataFolder), configProblem: error };
  }
}
