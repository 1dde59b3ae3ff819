import { InternalError } from '../../errors.ts';
import type { LiveProbe, LiveProbeOf, LiveProbeType } from '../../scenario/model/scenario.ts';
import { httpReader } from './http-reader.ts';
import { kubernetesReader } from './kubernetes-reader.ts';
import type { LiveProbeReader } from './reading.ts';

const READERS: { readonly [Type in LiveProbeType]: LiveProbeReader<LiveProbeOf<Type>> } = {
  kubernetes: kubernetesReader,
  http: httpReader,
};

export function readerOf(probe: LiveProbe): LiveProbeReader {
  const type = (Object.keys(READERS) as LiveProbeType[]).find((each) => each in probe);
  if (type === undefined) throw new InternalError('nobody knows how to ask this probe');
  return READERS[type];
}
