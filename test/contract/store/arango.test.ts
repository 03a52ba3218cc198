import { arangoData } from '../../support/arango/data.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { describeStoreContract } from './store-contract.ts';

describeOver(['ARANGO_URL'], 'over a real ArangoDB', ({ ARANGO_URL }) => {
  describeStoreContract('arango', async () => arangoData(ARANGO_URL));
});
