package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const configName = "10-healproof.conflist"

type agent struct {
	nodeName     string
	podSubnet    string
	configFolder string
	log          *slog.Logger
	command      func(ctx context.Context, name string, args ...string) error
	written      string
}

// apply brings this node's configuration, routes and masquerading in line with the nodes of the cluster.
func (a *agent) apply(ctx context.Context, nodes []node) error {
	if err := a.masquerade(ctx); err != nil {
		return err
	}
	var failures []error
	for _, n := range nodes {
		if n.Spec.PodCIDR == "" {
			continue
		}
		if n.Metadata.Name == a.nodeName {
			failures = append(failures, a.writeConfig(n.Spec.PodCIDR))
		} else if ip := n.internalIP(); ip != "" {
			failures = append(failures, a.command(ctx, "ip", "route", "replace", n.Spec.PodCIDR, "via", ip))
		}
	}
	return errors.Join(failures...)
}

func (a *agent) masquerade(ctx context.Context) error {
	rule := []string{"POSTROUTING", "-s", a.podSubnet, "!", "-d", a.podSubnet, "-m", "addrtype", "!", "--dst-type", "LOCAL",
		"-m", "comment", "--comment", "healproof: pods leave the cluster with the address of their node", "-j", "MASQUERADE"}
	table := []string{"-w", "5", "-t", "nat"}
	if a.command(ctx, "iptables", append(append(table, "-C"), rule...)...) == nil {
		return nil
	}
	return a.command(ctx, "iptables", append(append(table, "-A"), rule...)...)
}

// writeConfig moves a complete file into place: the container runtime watches the folder.
func (a *agent) writeConfig(podCIDR string) error {
	path := filepath.Join(a.configFolder, configName)
	if a.written == podCIDR {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
	}
	content, err := json.MarshalIndent(conflist(podCIDR, defaultMTU()), "", "  ")
	if err != nil {
		return err
	}
	draft := filepath.Join(a.configFolder, "."+configName)
	if err := os.WriteFile(draft, append(content, '\n'), 0o644); err != nil {
		return err
	}
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	a.written = podCIDR
	a.log.Info("network configuration written", "podCIDR", podCIDR)
	return nil
}

func conflist(podCIDR string, mtu int) map[string]any {
	return map[string]any{
		"cniVersion": "1.0.0",
		"name":       "healproof",
		"plugins": []any{
			map[string]any{
				"type": "ptp", "ipMasq": false, "mtu": mtu,
				"ipam": map[string]any{
					"type": "host-local", "dataDir": "/run/cni-ipam-state",
					"routes": []any{map[string]any{"dst": "0.0.0.0/0"}},
					"ranges": []any{[]any{map[string]any{"subnet": podCIDR}}},
				},
			},
			map[string]any{"type": "portmap", "capabilities": map[string]any{"portMappings": true}},
		},
	}
}

// defaultMTU is that of the first interface that is up and leads out of the node.
func defaultMTU() int {
	interfaces, err := net.Interfaces()
	if err != nil {
		return 1500
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 && !strings.HasPrefix(i.Name, "veth") {
			return i.MTU
		}
	}
	return 1500
}

func execute(ctx context.Context, name string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	output, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}
	return nil
}
