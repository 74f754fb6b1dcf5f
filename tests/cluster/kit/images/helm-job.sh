#!/bin/sh
# Installs, upgrades or removes one Helm release, as the jobs of K3s' Helm controller want it. The controller says what
# by arguments (install or delete, and options of helm) and by variables: NAME, CHART, REPO, TARGET_NAMESPACE, TIMEOUT,
# CONFIG_HASH. Values lie in /config, a chart that the object holds itself in /chart.
set -eu
export HOME=/tmp/home
release=$NAME
namespace=${TARGET_NAMESPACE:-default}
verb=$1
shift

if [ "$verb" = delete ]; then
  helm --namespace "$namespace" status "$release" >/dev/null 2>&1 || exit 0
  exec helm --namespace "$namespace" uninstall "$release" --wait
fi

chart=${CHART:-}
inline=/chart/$release.tgz.base64
if [ -s "$inline" ]; then
  base64 -d "$inline" >"/tmp/$release.tgz"
  chart=/tmp/$release.tgz
fi
# The controller names a chart of a repository by release and chart, as if the repository had been added by that name.
if [ -n "${REPO:-}" ]; then
  chart=${chart#"$release/"}
  set -- "$@" --repo "$REPO"
fi
[ -z "${TIMEOUT:-}" ] || set -- "$@" --timeout "$TIMEOUT"
# By this label the controller knows that a release is as it should be; without it there is a new job for ever.
[ -z "${CONFIG_HASH:-}" ] || set -- "$@" --labels "helmcharts.helm.cattle.io/configHash=$CONFIG_HASH"
for values in /config/*.yaml; do [ ! -e "$values" ] || set -- "$@" --values "$values"; done
case " $* " in *" --namespace "*) ;; *) set -- --namespace "$namespace" "$@" ;; esac
exec helm upgrade --install "$release" "$chart" "$@"
