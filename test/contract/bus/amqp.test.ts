import { ownAmqpBus } from '../../support/amqp.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { describeBusContract } from './bus-contract.ts';

describeOver(['RABBITMQ_URL', 'RABBITMQ3_URL'], 'a bus', (addresses) => {
  describeBusContract('RabbitMQ 4', async () => ownAmqpBus({ url: addresses.RABBITMQ_URL }));
  describeBusContract('RabbitMQ 3', async () => ownAmqpBus({ url: addresses.RABBITMQ3_URL }));
});
