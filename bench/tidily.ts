import { say } from './figures.ts';

/**
 * Runs a bench with a stack of what is to be ended and removed, the newest first. It is ended as well when the bench
 * fails, takes longer than `mostMinutes`, or is stopped by Ctrl-C.
 */
export async function tidily(
  mostMinutes: number,
  bench: (stack: AsyncDisposableStack) => Promise<void>,
): Promise<void> {
  const stack = new AsyncDisposableStack();
  const stopped = Promise.withResolvers<never>();
  const stop = (why: string) => () => stopped.reject(new Error(why));
  const onSignal = stop('stopped by a signal');
  const timer = setTimeout(stop(`not done after ${mostMinutes} min`), mostMinutes * 60_000);
  // Each time: npm passes on what the terminal sends as well, and a second one would end this before it has tidied up.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  try {
    await Promise.race([bench(stack), stopped.promise]);
  } catch (error) {
    say(`failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    clearTimeout(timer);
    await stack.disposeAsync();
  }
  // A bench that was stopped half-way may still wait for something that is gone now.
  process.exit();
}
