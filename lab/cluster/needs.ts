import { NoRoomError } from '../../src/errors.ts';
import type { Host } from '../../src/ports/host.ts';
import type { ImageNeeds } from '../../src/ports/images.ts';
import { gib, labNeeds } from './preflight.ts';

/** Measured with four nodes on two cores. */
const LAB_SECONDS = 60;

/** Pure: what is about to be taken of this machine, in one sentence; null where there is nothing left to do. */
export function needsSentence(images: ImageNeeds, hasLab: boolean, nodeCount: number): string | null {
  const { memoryBytes, diskBytes } = labNeeds(nodeCount);
  const lab = `the lab takes about ${minutes(LAB_SECONDS)}, ${gib(memoryBytes)} of memory and ${gib(diskBytes)} of disk`;
  if (images.isReady) return hasLab ? null : `${lab[0]?.toUpperCase()}${lab.slice(1)}.`;
  const { seconds, diskBytes: disk, memoryBytes: memory } = images;
  return `Getting the images takes about ${minutes(seconds)}, ${gib(memory)} of memory and ${gib(disk)} of disk, once; then ${lab}.`;
}

/** @throws NoRoomError where the images cannot be got for want of space. */
export async function checkImageNeeds(host: Host, needs: ImageNeeds, cacheDir: string): Promise<void> {
  if (needs.isReady) return;
  const [disk, memory] = await Promise.all([host.freeDiskBytes(cacheDir), host.availableMemoryBytes()]);
  if (disk < needs.diskBytes) {
    throw new NoRoomError(`getting the images needs ${gib(needs.diskBytes)} of disk, ${gib(disk)} are free`, {
      hint: `Free some space under ${cacheDir}, or set HEALPROOF_CACHE_DIR to a folder that has it.`,
    });
  }
  if (memory < needs.memoryBytes) {
    throw new NoRoomError(
      `getting the images needs ${gib(needs.memoryBytes)} of memory, ${gib(memory)} are available`,
      {
        hint: 'Close programs first.',
      },
    );
  }
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds / 60))} min` : `${Math.ceil(seconds / 60)} min`;
}
