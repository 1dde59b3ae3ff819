// Who may import whom. Written as data so that the layering does not depend on anybody remembering it.
const pure = '^src/(scenario|experiment)/';
const notTest = { pathNot: '\\.test\\.ts$' };
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'scenario and experiment know no Node built-in, no port, no adapter',
      severity: 'error',
      from: { path: pure, ...notTest },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'domain-imports-domain',
      severity: 'error',
      from: { path: pure, ...notTest },
      to: { path: '^src/', pathNot: '^src/(scenario|experiment)/|^src/errors\\.ts$' },
    },
    {
      name: 'ports-are-domain-words',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { pathNot: '^src/(ports|experiment|scenario)/|^src/errors\\.ts$' },
    },
    {
      name: 'runner-knows-no-adapter',
      severity: 'error',
      from: { path: '^src/runner/', ...notTest },
      to: { path: '^src/(adapters|cli|vitest)/' },
    },
    {
      name: 'adapters-are-strangers',
      comment: 'an adapter may use those for processes and HTTP and its own folder, no other adapter',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/', ...notTest },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/($1|process|http)/' },
    },
    {
      name: 'nothing-imports-cli',
      severity: 'error',
      from: { pathNot: '^(src/cli|test|bench)/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'healer-stands-alone',
      severity: 'error',
      from: { path: '^healer/' },
      to: { path: '^(src|janitor|receiver|workloads)/' },
    },
    {
      name: 'receiver-stands-alone',
      comment: 'what proves a message must not share code with what sends it',
      severity: 'error',
      from: { path: '^receiver/' },
      to: { path: '^(src|healer|janitor|workloads)/' },
    },
    {
      name: 'only-healer-names',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^healer/', pathNot: '^healer/src/names\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
