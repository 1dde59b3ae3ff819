/** What the system says when there is no such file, or when the process has ended. */
const ABSENT = ['ENOENT', 'ESRCH'];
/** What is there, but for others to look at. */
export const HIDDEN = ['EACCES', 'EPERM'];

/** Whether a call of the system failed because what it was about is not there, or for one of the other reasons named. */
export function isAbsent(error: unknown, ...alsoCodes: readonly string[]): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && [...ABSENT, ...alsoCodes].includes(code);
}

/** To be given to `catch`: what stands for what is not there. Every other error goes on. */
export function ifAbsent<T>(instead: T, ...alsoCodes: readonly string[]): (error: unknown) => T {
  return (error) => {
    if (isAbsent(error, ...alsoCodes)) return instead;
    throw error;
  };
}
