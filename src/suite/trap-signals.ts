export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Calls `onSignal` with how often one came by now, instead of ending the process. Disposing gives the signals back. */
export function trapSignals(onSignal: (signal: StopSignal, count: number) => void): Disposable {
  let count = 0;
  const trap = (signal: StopSignal): void => {
    count += 1;
    onSignal(signal, count);
  };
  const onInterrupt = (): void => trap('SIGINT');
  const onTerminate = (): void => trap('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    [Symbol.dispose]() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
