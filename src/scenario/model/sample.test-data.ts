/** A sound scenario for tests, one value a line, so that a test can break one line of it. */
export const SAMPLE = `apiVersion: healproof.dev/v1alpha1
kind: Scenario
metadata:
  name: sample
  title: A sample
spec:
  workload: { use: shop }
  steadyState:
    - use: normal
    - name: latency
      query: histogram_quantile(0.99, sum by (le) (rate(shop_seconds_bucket[5s])))
      tolerance: "< 0.5"
      for: 5s
  fault:
    chaosMesh:
      kind: NetworkChaos
      spec:
        action: partition
        mode: one
        selector:
          namespaces: [shop]
        direction: both
        target:
          mode: all
          selector: { namespaces: [shop] }
        duration: 180s
  blastRadius:
    namespaces: [shop]
    maxPods: 3
  abortWhen:
    - query: sum(up{job="apiserver"})
      condition: "< 1"
      for: 15s
  recovery:
    within: 30s
    stableFor: 10s
    phases: { detect: 12s, act: 2s, restore: 16s }
    by: healer
    actions:
      expect: [{ type: EvictPod, target: { app: shop-back } }]
      forbid: [{ type: RebootNode }]
`;

export const SAMPLE_STEADY_STATE = `apiVersion: healproof.dev/v1alpha1
kind: SteadyState
metadata: { name: normal }
spec:
  probes:
    - name: answers
      query: sum(rate(ok[5s])) / sum(rate(total[5s]))
      tolerance: [0.95, 1]
      for: 5s
`;

/** In the shape of a CRD, with what its checks have to tell apart. */
export const NETWORK_CHAOS_CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  names:
    kind: NetworkChaos
  versions:
    - name: v1alpha1
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [action, mode, selector]
              properties:
                action: { type: string, enum: [partition, delay], description: What to do }
                mode: { type: string }
                value: { type: string, default: "1" }
                direction: { type: string, enum: [to, from, both] }
                duration: { type: string }
                selector: { type: object, x-kubernetes-preserve-unknown-fields: true, properties: { nodes: { type: array, items: { type: string } } } }
                target:
                  type: object
                  required: [mode]
                  properties:
                    mode: { type: string, pattern: "^[a-z-]+$" }
                    value: { anyOf: [{ type: integer }, { type: string }], x-kubernetes-int-or-string: true }
                    count: { type: integer, format: int32, minimum: 1 }
                    selector: { type: object, additionalProperties: { type: array, items: { type: string } } }
`;
