#!/usr/bin/env node
// Ends exactly the process that was started, if it still runs.
import { end, isAlive, readOrder } from './process.mjs';
import { dropRecord, readRecord, recordFile } from './record.mjs';

const file = recordFile();
const { outputs } = readOrder();
for (const server of [outputs, readRecord(file)]) {
  if (!isAlive(server)) continue;
  await end(server);
  console.error(`process ${server.pid} has ended`);
}
dropRecord(file);
