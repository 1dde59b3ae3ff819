import { ConsoleReporter, terminalOptions } from '../adapters/console/console-reporter.ts';
import type { PutAway } from '../adapters/evidence/run-folder.ts';
import { messageOf } from '../errors.ts';
import type { Reporter } from '../ports/reporter.ts';
import { ChannelClient } from './channel/channel-client.ts';

/** Whoever watches the runs of a process, and may stop them. */
export interface Listener extends Reporter, AsyncDisposable {
  readonly signal: AbortSignal;
  /** A run has its folder. */
  onBegin(dir: string): void;
  /** A run is put away. */
  onRun(run: PutAway): void;
  /** Something went wrong that no run record can tell. */
  onProblem(message: string): void;
}

/** The process that started the suite, or the console where there is none. */
export async function openListener(socketPath: string | null): Promise<Listener> {
  return socketPath === null ? consoleListener() : channelListener(socketPath);
}

async function channelListener(socketPath: string): Promise<Listener> {
  const channel = await connect(socketPath);
  return {
    signal: channel.signal,
    onEvent: (event) => channel.send({ type: 'event', event }),
    onBegin: (dir) => channel.send({ type: 'begun', dir }),
    onRun: ({ dir }) => channel.send({ type: 'finished', dir }),
    onProblem: (message) => channel.send({ type: 'problem', message }),
    [Symbol.asyncDispose]: () => channel[Symbol.asyncDispose](),
  };
}

/** Nobody there to listen means nobody there to stop the run: then none is begun. */
async function connect(socketPath: string): Promise<ChannelClient> {
  try {
    return await ChannelClient.connect(socketPath);
  } catch (error: unknown) {
    throw new Error(`the healproof process that started this suite is gone: ${messageOf(error)}`, { cause: error });
  }
}

function consoleListener(): Listener {
  const console = new ConsoleReporter({ ...terminalOptions(process.stderr, process.env), live: false });
  return {
    signal: new AbortController().signal,
    onEvent: (event) => console.onEvent(event),
    onBegin: () => undefined,
    onRun: ({ record, dir, head }) => console.onResult(record, { dir, head }),
    onProblem: (message) => console.say(message),
    async [Symbol.asyncDispose]() {
      console[Symbol.dispose]();
    },
  };
}
