import type { ImageRecord } from '../../src/experiment/run-record/environment.ts';
import { isLoadable } from '../components/components.ts';

/** Pure: images that must be brought onto running nodes because their content changed. */
export function staleOf(onNodes: readonly ImageRecord[], wanted: readonly ImageRecord[]): ImageRecord[] {
  return wanted.filter((record) => isLoadable(record) && digestOf(onNodes, record.name) !== record.digest);
}

/** Pure: what the nodes will hold: loadable images as wanted, the nodes themselves as they were made. */
export function mergeRecords(onNodes: readonly ImageRecord[], wanted: readonly ImageRecord[]): ImageRecord[] {
  return wanted.map((record) => {
    const old = onNodes.find(({ name }) => name === record.name);
    return isLoadable(record) || old === undefined ? record : old;
  });
}

function digestOf(records: readonly ImageRecord[], wanted: string): string | undefined {
  return records.find(({ name }) => name === wanted)?.digest;
}
