/** A target's uid and the time (epoch ms) from which it is no witness any more, because somebody removed it. */
export type RemovedTargets = ReadonlyMap<string, number>;
