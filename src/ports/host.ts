/** inotify instances that one user's processes may have, and have now. */
export interface Inotify {
  readonly limit: number;
  readonly used: number;
}

/** What this machine can tell about itself. */
export interface Host {
  /** Memory that programs could still get, bytes. */
  availableMemoryBytes(): Promise<number>;
  /** Free space of the file system that a path is on, or will be on, bytes. */
  freeDiskBytes(path: string): Promise<number>;
  cpuCount(): number;
  /** False where something listens there already. */
  isPortFree(address: string, port: number): Promise<boolean>;
  /** Of the user that containers run as; null where that cannot be told. */
  inotify(): Promise<Inotify | null>;
  /** Absolute path of a program on PATH, or null. */
  findProgram(name: string): Promise<string | null>;
  /** Whole content of a file, or null where it cannot be read. */
  readText(path: string): Promise<string | null>;
}
