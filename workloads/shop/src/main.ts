import { startBack } from './back.ts';
import { startFront } from './front.ts';
import { startLoad } from './load.ts';
import { log } from './log.ts';
import { resolveByDns } from './resolve-backends.ts';
import type { RunningRole } from './role.ts';
import { readSettings, type Settings } from './settings.ts';

const ROLES: Readonly<Record<string, (settings: Settings) => Promise<RunningRole>>> = {
  back: startBack,
  front: (settings) => startFront(settings, resolveByDns(settings.backHost, settings.backPort)),
  load: startLoad,
};

const name = process.argv[2] ?? '';
const start = ROLES[name];
if (start === undefined) {
  process.stderr.write(`usage: main <${Object.keys(ROLES).join('|')}>\n`);
  process.exit(2);
}

const settings = readSettings(process.env);
const role = await start(settings);
log('serving', { role: name, port: role.port });

let isStopping = false;
async function stop(signal: string): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  log('stopping', { role: name, signal });
  await role.stop(settings.drainMs);
  process.exit(0);
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
