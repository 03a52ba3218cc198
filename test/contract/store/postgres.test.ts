import { postgresData } from '../../support/postgres.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { describeStoreContract } from './store-contract.ts';

describeOver(['POSTGRES_URL'], 'over a real PostgreSQL', ({ POSTGRES_URL }) => {
  describeStoreContract('postgres', async () => postgresData(POSTGRES_URL));
});
