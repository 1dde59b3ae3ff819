{{- define "shop.metadata" -}}
labels: { app: {{ . }}, app.kubernetes.io/part-of: shop-release }
annotations:
  prometheus.io/scrape: "true"
  prometheus.io/port: "8080"
{{- end }}

{{- define "shop.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
# Two seconds of draining, then what is under way.
terminationGracePeriodSeconds: 5
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  seccompProfile: { type: RuntimeDefault }
containers:
  - name: shop
    image: {{ .image }}
    imagePullPolicy: IfNotPresent
    command: [node, --max-old-space-size=48, /app/main.mjs, {{ .role }}]
    env: {{ toJson .env }}
    ports:
      - { name: http, containerPort: 8080 }
    startupProbe:
      httpGet: { path: /healthz, port: http }
      initialDelaySeconds: {{ .startDelaySeconds }}
      periodSeconds: 1
      failureThreshold: 30
    readinessProbe:
      httpGet: { path: /readyz, port: http }
      periodSeconds: 1
      timeoutSeconds: 1
      failureThreshold: 2
    livenessProbe:
      httpGet: { path: /healthz, port: http }
      periodSeconds: 1
      timeoutSeconds: 1
      failureThreshold: 5
    resources:
      requests: { cpu: 25m, memory: 48Mi }
      limits: { cpu: 500m, memory: 256Mi }
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: { drop: [ALL] }
{{- end }}
