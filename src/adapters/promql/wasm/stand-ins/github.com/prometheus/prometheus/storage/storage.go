// Package storage stands in for Prometheus' own: the parser only names these two types in its syntax tree and never
// makes one, while the real package brings the whole database along, which has no WebAssembly.
package storage

type Series any

type SeriesSet any
