package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func nodesFrom(t *testing.T, text string) []node {
	t.Helper()
	var nodes []node
	if err := json.Unmarshal([]byte(text), &nodes); err != nil {
		t.Fatal(err)
	}
	return nodes
}

const twoNodes = `[
 {"metadata":{"name":"a"},"spec":{"podCIDR":"10.244.0.0/24"},"status":{"addresses":[{"type":"InternalIP","address":"172.18.0.2"}]}},
 {"metadata":{"name":"b"},"spec":{"podCIDR":"10.244.1.0/24"},"status":{"addresses":[{"type":"Hostname","address":"b"},{"type":"InternalIP","address":"172.18.0.3"}]}},
 {"metadata":{"name":"c"},"spec":{},"status":{}}]`

func TestApplyRoutesToOtherNodesAndWritesOwnConfiguration(t *testing.T) {
	var calls []string
	folder := t.TempDir()
	a := &agent{nodeName: "a", podSubnet: "10.244.0.0/16", configFolder: folder, log: slog.New(slog.DiscardHandler),
		command: func(_ context.Context, name string, args ...string) error {
			calls = append(calls, name+" "+strings.Join(args, " "))
			if name == "iptables" && args[4-1] == "nat" && args[4] == "-C" {
				return errors.New("no such rule")
			}
			return nil
		}}
	if err := a.apply(context.Background(), nodesFrom(t, twoNodes)); err != nil {
		t.Fatal(err)
	}
	routes := []string{}
	for _, c := range calls {
		if strings.HasPrefix(c, "ip ") {
			routes = append(routes, c)
		}
	}
	if want := []string{"ip route replace 10.244.1.0/24 via 172.18.0.3"}; !reflect.DeepEqual(routes, want) {
		t.Errorf("routes %v, want %v", routes, want)
	}
	if !strings.Contains(calls[1], "-A POSTROUTING") {
		t.Errorf("missing rule was not added: %v", calls)
	}
	content, err := os.ReadFile(filepath.Join(folder, configName))
	if err != nil || !strings.Contains(string(content), `"subnet": "10.244.0.0/24"`) {
		t.Errorf("configuration %s, error %v", content, err)
	}
}

func TestHeartbeatsDoNotEndTheWaitButNewAddressesDo(t *testing.T) {
	event := func(kind, cidr string) string {
		return `{"type":"` + kind + `","object":{"metadata":{"name":"b"},"spec":{"podCIDR":"` + cidr + `"}}}` + "\n"
	}
	reader := bufio.NewReaderSize(strings.NewReader(event("MODIFIED", "10.244.1.0/24")+strings.Repeat(" ", 10)), 16)
	if err := readUntilChange(reader, map[string]string{"b": "10.244.1.0/24 "}); err != nil {
		t.Fatal(err)
	}
	if left, _ := reader.Peek(1); len(left) != 0 {
		t.Error("stopped at a heartbeat")
	}
	decided := readUntilChange(bufio.NewReader(strings.NewReader(event("ADDED", "10.244.2.0/24")+"not json")), map[string]string{})
	if decided != nil {
		t.Errorf("read past a change: %v", decided)
	}
}
