/** By a target's uid: since when (epoch ms) it shows nothing of the fault any more, because somebody removed it. */
export type RemovedTargets = ReadonlyMap<string, number>;
