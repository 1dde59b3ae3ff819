import { join } from 'node:path';
import type { Architecture } from '../../oci/image.ts';
import type { Versions } from '../../versions.ts';
import { alertmanagerPart } from './alertmanager-part.ts';
import { chaosHelpersPart, chaosMeshPart } from './chaos-mesh-part.ts';
import type { Distribution } from './distribution.ts';
import { cniAgentPart, simpleGoParts } from './go-parts.ts';
import { imageTable } from './image-table.ts';
import { kubernetesPart } from './kubernetes-part.ts';
import { labImagesPart, networkPolicyImagePart } from './lab-images-part.ts';
import { nodeRootfsPart } from './node-rootfs-part.ts';
import type { Part } from './part.ts';
import { prometheusPart } from './prometheus-part.ts';
import { type NodeProgram, nodeDebianPart, runtimePart, toolsDebianPart } from './root-file-systems.ts';

export interface PartListOptions {
  readonly versions: Versions;
  readonly repoRoot: string;
  readonly distribution: Distribution;
  readonly packageCache: string;
  readonly node: NodeProgram;
  readonly architecture: Architecture;
}

/** Every part in an order in which each comes after what it needs; the longest first, so that the end is not one of them. */
export function allParts(options: PartListOptions): Part[] {
  const { versions, distribution } = options;
  const modules = join(options.repoRoot, 'lab', 'images', 'airgap', 'modules');
  return [
    kubernetesPart(versions, modules),
    nodeDebianPart(versions, options),
    toolsDebianPart(versions, options),
    runtimePart(versions, distribution, options.node),
    ...simpleGoParts(versions, modules),
    chaosMeshPart(versions, modules),
    chaosHelpersPart(modules),
    prometheusPart(versions, modules),
    alertmanagerPart(versions, modules),
    cniAgentPart(versions, modules),
    nodeRootfsPart(versions, modules),
    labImagesPart(imageTable(versions), options.architecture),
    networkPolicyImagePart(versions, options.architecture),
  ];
}
