import { installTerraform, terraformOffer } from '../../compose/terraform-install.ts';
import type { Config } from '../../config/schema.ts';
import { sizeText } from '../../model/size.ts';
import type { Session } from '../session.ts';
import { ask, canAsk } from '../terminal/question.ts';

export type OfferTerms = Pick<Session, 'screen' | 'interrupt'> & {
  config: Config;
  /** Said on the command line: nobody is asked. */
  isWanted: boolean;
};

/**
 * Offers to fetch Terraform. False where it was declined, or where nobody can be asked and nobody has
 * said so before. Rejects with TERRAFORM_FETCH_FAILED.
 */
export async function offerTerraform(terms: OfferTerms): Promise<boolean> {
  const { config, screen, interrupt, isWanted } = terms;
  const { version, from, into } = await terraformOffer(config);
  const what = `Terraform ${version} from ${from} into ${into}`;
  if (!isWanted && !(canAsk() && (await isAgreed(what, interrupt.signal)))) return false;
  screen.print([`fetching ${what}`]);
  const binary = await installTerraform(config, {
    signal: interrupt.signal,
    onProgress: (bytes) => screen.print([], [`  ${sizeText(bytes)}`]),
  }).finally(() => screen.clear());
  screen.print([`fetched and verified: ${binary}`]);
  return true;
}

async function isAgreed(what: string, signal: AbortSignal): Promise<boolean> {
  const answer = await ask(`There is no Terraform here. Fetch ${what}? [y/N] `, {
    signal,
    ifInterrupted: 'Interrupted: nothing was fetched.',
  });
  return /^y(?:es)?$/i.test(answer);
}
