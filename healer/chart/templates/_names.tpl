{{- define "healer.name" -}}
{{- if contains "healer" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-healer" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "healer.selector" -}}
app.kubernetes.io/name: healer
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "healer.testSelector" -}}
app.kubernetes.io/name: healer-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Seconds: the time-out of one run of helm, rounded up, and what it takes to say goodbye. */}}
{{- define "healer.graceSeconds" -}}
{{- $units := dict "ms" 0 "s" 1 "m" 60 "h" 3600 "d" 86400 }}
{{- $seconds := 30 }}
{{- range regexFindAll "[0-9]+(ms|[smhd])" .Values.helm.timeout -1 }}
{{- $seconds = add $seconds (mul (regexFind "[0-9]+" . | int) (get $units (regexFind "[a-z]+" .))) }}
{{- end }}
{{- if contains "ms" .Values.helm.timeout }}{{ $seconds = add $seconds 1 }}{{ end }}
{{- $seconds }}
{{- end }}

{{- define "healer.labels" -}}
{{ include "healer.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "healer.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "healer.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "healer.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}
