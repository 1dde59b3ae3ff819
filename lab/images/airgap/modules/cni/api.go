package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

// node is what this agent has to know about a node.
type node struct {
	Metadata struct {
		Name            string `json:"name"`
		ResourceVersion string `json:"resourceVersion"`
	} `json:"metadata"`
	Spec struct {
		PodCIDR string `json:"podCIDR"`
	} `json:"spec"`
	Status struct {
		Addresses []struct {
			Type    string `json:"type"`
			Address string `json:"address"`
		} `json:"addresses"`
	} `json:"status"`
}

func (n node) internalIP() string {
	for _, a := range n.Status.Addresses {
		if a.Type == "InternalIP" {
			return a.Address
		}
	}
	return ""
}

// routing is the part of a node that routes depend on.
func (n node) routing() string {
	return n.Spec.PodCIDR + " " + n.internalIP()
}

type apiClient struct {
	base string
	http *http.Client
}

func inClusterAPI() (*apiClient, error) {
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	if host == "" || port == "" {
		return nil, fmt.Errorf("not in a cluster: KUBERNETES_SERVICE_HOST is not set")
	}
	ca, err := os.ReadFile(serviceAccount + "/ca.crt")
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("no certificate in %s/ca.crt", serviceAccount)
	}
	transport := &http.Transport{
		TLSClientConfig:       &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 5 * time.Second}).DialContext,
		ResponseHeaderTimeout: 15 * time.Second,
	}
	return &apiClient{base: "https://" + net.JoinHostPort(host, port), http: &http.Client{Transport: transport}}, nil
}

// get reads the token each time, because the kubelet renews it.
func (c *apiClient) get(ctx context.Context, path string) (*http.Response, error) {
	token, err := os.ReadFile(serviceAccount + "/token")
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, fmt.Errorf("GET %s: %s", path, response.Status)
	}
	return response, nil
}

func (c *apiClient) listNodes(ctx context.Context) ([]node, string, error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	response, err := c.get(ctx, "/api/v1/nodes")
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	var list struct {
		Metadata struct {
			ResourceVersion string `json:"resourceVersion"`
		} `json:"metadata"`
		Items []node `json:"items"`
	}
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		return nil, "", err
	}
	return list.Items, list.Metadata.ResourceVersion, nil
}

// waitForNodeChange returns when a node came, went or changed its addresses, or after d.
func (c *apiClient) waitForNodeChange(ctx context.Context, nodes []node, version string, d time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, d+5*time.Second)
	defer cancel()
	path := fmt.Sprintf("/api/v1/nodes?watch=1&resourceVersion=%s&timeoutSeconds=%d", version, int(d.Seconds()))
	response, err := c.get(ctx, path)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	known := map[string]string{}
	for _, n := range nodes {
		known[n.Metadata.Name] = n.routing()
	}
	return readUntilChange(bufio.NewReader(response.Body), known)
}

// readUntilChange ends at the first event that can touch a route; heartbeats of known nodes do not.
func readUntilChange(events *bufio.Reader, known map[string]string) error {
	decoder := json.NewDecoder(events)
	for decoder.More() {
		var event struct {
			Type   string `json:"type"`
			Object node   `json:"object"`
		}
		if err := decoder.Decode(&event); err != nil {
			return err
		}
		name := event.Object.Metadata.Name
		before, seen := known[name]
		if event.Type != "MODIFIED" || !seen || before != event.Object.routing() {
			return nil
		}
	}
	return nil
}
