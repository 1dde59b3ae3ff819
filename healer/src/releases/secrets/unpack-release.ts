import { gunzipSync } from 'node:zlib';
import { describeError } from '../../errors.ts';
import { measureJson } from './measure-json.ts';

export type UnpackedRelease =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

const GZIP = Buffer.from([0x1f, 0x8b]);
/** Kubernetes takes at most 1 MiB of data, a third more in base64. */
const LONGEST_TEXT = 1.5 * 1024 * 1024;
/** The largest releases that fit into a Secret unpack to a few megabytes; a thousandfold of that fits as well. */
const LONGEST_JSON = 8 * 1024 * 1024;
/** An empty object of two characters takes 30 times as much memory, so the length alone bounds too little. */
const MOST_VALUES = 200_000;
const DEEPEST = 100;

/** Base64 of Kubernetes, base64 of Helm, gzip (not in very old releases), JSON: each is measured before it is opened. */
export function unpackRelease(text: string | undefined): UnpackedRelease {
  if (text === undefined) return wrong('it has no key release');
  if (text.length > LONGEST_TEXT) return wrong(`it is too large: ${text.length} characters`);
  const packed = Buffer.from(Buffer.from(text, 'base64').toString('latin1'), 'base64');
  try {
    const json = packed.subarray(0, 2).equals(GZIP) ? gunzipSync(packed, { maxOutputLength: LONGEST_JSON }) : packed;
    const { values, depth } = measureJson(json);
    if (values > MOST_VALUES) return wrong(`it is too large: ${values} values`);
    if (depth > DEEPEST) return wrong(`it is nested too deeply: ${depth} levels`);
    return { ok: true, value: JSON.parse(json.toString('utf8')) };
  } catch (error) {
    return wrong(`it cannot be unpacked: ${describeError(error)}`);
  }
}

function wrong(reason: string): UnpackedRelease {
  return { ok: false, reason };
}
