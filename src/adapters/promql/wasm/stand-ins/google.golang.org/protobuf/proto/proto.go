// Package proto stands in for protobuf beside the messages that stand in for Prometheus' own.
package proto

func String(text string) *string { return &text }
