//go:build tools

// Package tools names the programs of this part, so that go.mod keeps what they need.
package tools

import (
	_ "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"
)
