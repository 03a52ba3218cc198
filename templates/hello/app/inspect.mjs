#!/usr/bin/env node
// Says whether the server runs: exit code 0 and where it is, or 3 if there is none.
import { isAlive, readOrder } from './process.mjs';
import { readRecord, recordFile } from './record.mjs';

const ABSENT = 3;

const { outputs } = readOrder();
const server = [readRecord(recordFile()), outputs].find(isAlive);
if (server === undefined) {
  console.error('the web server does not run');
  process.exitCode = ABSENT;
} else {
  process.stdout.write(JSON.stringify(server));
}
