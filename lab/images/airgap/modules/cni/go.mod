module healproof.dev/airgap/cni

go 1.24
