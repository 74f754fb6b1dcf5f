//go:build tools

package tools

import (
	_ "github.com/k3s-io/helm-controller"
	_ "github.com/rancher/local-path-provisioner"
	_ "helm.sh/helm/v3/cmd/helm"
)
