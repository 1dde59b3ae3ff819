/** A node as the container engine sees it: kind's nodes are containers. */
export interface MachineState {
  readonly running: boolean;
  readonly paused: boolean;
  /** Its restart policy in the engine's own notation, e.g. `on-failure:1`. */
  readonly restartPolicy: string;
}

/** A process outside of this one that brings a node back when this process dies or the time is over. */
export interface DeadMan {
  /** Stops it: from then on only the caller brings the node back. */
  disarm(): Promise<void>;
}

/** Power switches of nodes, below Kubernetes. @throws FaultError where the engine refuses. */
export interface NodeMachines {
  /** False for a node that is no container of this engine. */
  reaches(node: string): boolean;
  state(node: string): Promise<MachineState>;
  pause(node: string): Promise<void>;
  restart(node: string): Promise<void>;
  /** Asks the node's own system to reboot; the container must be allowed to start again. */
  reboot(node: string): Promise<void>;
  /** Unpauses and starts it, whichever is needed; fine where neither is. */
  wake(node: string): Promise<void>;
  setRestartPolicy(node: string, policy: string): Promise<void>;
  /**
   * Started before the fault; wakes the node `afterMs` from now, or at once when this process is gone, and then runs the
   * bash script in it, where one is given, until that succeeds.
   */
  armDeadMan(node: string, afterMs: number, script?: string): Promise<DeadMan>;
}
