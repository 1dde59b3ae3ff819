// Package io_prometheus_client stands in for the messages that Prometheus exchanges: a function beside those that the
// parser calls converts them. Their real package registers itself with all of protobuf, twice the size of the rest.
package io_prometheus_client

type LabelPair struct{ Name, Value *string }

func (*LabelPair) GetName() string  { return "" }
func (*LabelPair) GetValue() string { return "" }

type Metric struct {
	Label                                                    []*LabelPair
	Gauge, Counter, Summary, Untyped, Histogram, TimestampMs any
}

type MetricFamily struct {
	Name, Help, Type, Unit *string
	Metric                 []*Metric
}

func (*MetricFamily) GetName() string { return "" }
