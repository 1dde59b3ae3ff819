/** A published program: where its release lies and what the file must hash to. */
export interface Release {
  readonly version: string;
  /** Versions on PATH that do as well. */
  readonly fits: (version: string) => boolean;
  readonly versionArgs: readonly string[];
  readonly url: (platform: Platform) => string;
  /** Path inside the archive, for releases that are one. */
  readonly member?: (platform: Platform) => string;
  readonly sha256: Readonly<Partial<Record<Platform, string>>>;
}

export type Platform = 'linux-amd64' | 'linux-arm64' | 'darwin-amd64' | 'darwin-arm64';
export type ToolName = 'kind' | 'helm';

export function currentPlatform(): string {
  return `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

/** The tools of the lab. A node image works with the kind it was made for, so kind must be of the same minor version. */
export const RELEASES: Readonly<Record<ToolName, Release>> = {
  kind: {
    version: 'v0.30.0',
    fits: (version) => /^v?0\.30\./.test(version),
    versionArgs: ['version', '--quiet'],
    url: (platform) => `https://github.com/kubernetes-sigs/kind/releases/download/v0.30.0/kind-${platform}`,
    sha256: {
      'linux-amd64': '517ab7fc89ddeed5fa65abf71530d90648d9638ef0c4cde22c2c11f8097b8889',
      'linux-arm64': '7ea2de9d2d190022ed4a8a4e3ac0636c8a455e460b9a13ccf19f15d07f4f00eb',
      'darwin-amd64': '4f0b6e3b88bdc66d922c08469f05ef507d4903dd236e6319199bb9c868eed274',
      'darwin-arm64': 'ceaf40df1d1551c481fb50e3deb5c3deecad5fd599df5469626b70ddf52a1518',
    },
  },
  helm: {
    version: 'v3.19.0',
    fits: (version) => {
      const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(version) ?? [];
      return major === '3' && Number(minor) >= 14;
    },
    versionArgs: ['version', '--template', '{{.Version}}'],
    url: (platform) => `https://get.helm.sh/helm-v3.19.0-${platform}.tar.gz`,
    member: (platform) => `${platform}/helm`,
    sha256: {
      'linux-amd64': 'a7f81ce08007091b86d8bd696eb4d86b8d0f2e1b9f6c714be62f82f96a594496',
      'linux-arm64': '440cf7add0aee27ebc93fada965523c1dc2e0ab340d4348da2215737fc0d76ad',
      'darwin-amd64': '09a108c0abda42e45af172be65c49125354bf7cd178dbe10435e94540e49c7b9',
      'darwin-arm64': '31513e1193da4eb4ae042eb5f98ef9aca7890cfa136f4707c8d4f70e2115bef6',
    },
  },
};
