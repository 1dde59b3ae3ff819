// Command cni-agent connects the pods of a kind cluster whose default network plugin cannot be had.
//
// On its node it writes the CNI configuration for the node's pod range, keeps a route to the pod range of every
// other node, and masquerades what pods send out of the cluster. It enforces no NetworkPolicy.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	configFolder = "/host/etc/cni/net.d"
	retryAfter   = time.Second
	// A node that reboots loses its routes without any change in the API, so look again even when nothing is told.
	watchFor = 10 * time.Second
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, log); err != nil {
		log.Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, log *slog.Logger) error {
	agent, err := newAgent(log)
	if err != nil {
		return err
	}
	api, err := inClusterAPI()
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		if err := follow(ctx, api, agent); err != nil && ctx.Err() == nil {
			log.Warn("will try again", "error", err.Error())
			pause(ctx, retryAfter)
		}
	}
	return nil
}

func follow(ctx context.Context, api *apiClient, agent *agent) error {
	nodes, version, err := api.listNodes(ctx)
	if err != nil {
		return err
	}
	if err := agent.apply(ctx, nodes); err != nil {
		return err
	}
	return api.waitForNodeChange(ctx, nodes, version, watchFor)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func newAgent(log *slog.Logger) (*agent, error) {
	name, podSubnet := os.Getenv("NODE_NAME"), os.Getenv("POD_SUBNET")
	if name == "" || podSubnet == "" {
		return nil, fmt.Errorf("NODE_NAME and POD_SUBNET must be set")
	}
	return &agent{nodeName: name, podSubnet: podSubnet, configFolder: configFolder, log: log, command: execute}, nil
}
