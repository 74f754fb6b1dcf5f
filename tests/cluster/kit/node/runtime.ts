import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../../../services/cache.ts";
import { type Service, startService } from "../../../services/process.ts";
import { PAUSE } from "../images/names.ts";
import type { Enclosure } from "./enclosure.ts";

export type Runtime = {
  readonly service: Service;
  /** Where the kubelet finds it, as it is seen from inside. */
  readonly socket: string;
  /** Takes images in from archives of this machine. */
  load(archives: readonly string[]): Promise<void>;
};

/** The pods of the node. It has no other, so all of them may talk to each other by way of one bridge. */
export const PODS = "10.42.0.0/24";

/** Starts containerd inside. */
export async function startRuntime(enclosure: Enclosure): Promise<Runtime> {
  const { folder, home } = enclosure;
  const socket = `${home}/containerd.sock`;
  const snapshotter = (await hasOverlays(enclosure)) ? "overlayfs" : "native";
  const network = {
    ...{ cniVersion: "1.0.0", name: "pods" },
    plugins: [
      {
        ...{ type: "bridge", bridge: "cni0", isGateway: true, ipMasq: true, hairpinMode: true },
        ipam: { type: "host-local", ranges: [[{ subnet: PODS }]], routes: [{ dst: "0.0.0.0/0" }] },
      },
    ],
  };
  await command(["mkdir", "-p", join(folder, "cni")]);
  writeFileSync(join(folder, "cni", "pods.conflist"), JSON.stringify(network));
  writeFileSync(join(folder, "containerd.toml"), settings(home, socket, snapshotter));
  const service = await startService({
    name: "containerd",
    command: () => enclosure.inside("containerd", "--config", `${home}/containerd.toml`),
    ready: async () => {
      const asked = await command(["ctr", "-a", join(folder, "containerd.sock"), "version"]).catch(() => "");
      return asked.includes("Server:");
    },
  });
  const load = async (archives: readonly string[]) => {
    const ctr = ["ctr", "-a", join(folder, "containerd.sock"), "-n", "k8s.io"];
    const snapshots = ["--snapshotter", snapshotter];
    for (const archive of archives) await command([...ctr, "images", "import", ...snapshots, archive]);
  };
  return { service, socket: `unix://${socket}`, load };
}

/** Without the right to make processes dearer to the kernel it would start none at all. */
const settings = (home: string, socket: string, snapshotter: string) => `
version = 2
root = "${home}/containerd"
state = "/run/containerd"
[grpc]
  address = "${socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${home}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${home}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${snapshotter}"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
`;

/** Whether layers can lie over each other on the disk of the node; else every container gets a copy. */
async function hasOverlays({ inside, home }: Enclosure): Promise<boolean> {
  const at = `${home}/overlay`;
  const layers = `lowerdir=${at}/lower,upperdir=${at}/upper,workdir=${at}/work`;
  const script = `mkdir -p ${at}/lower ${at}/upper ${at}/work ${at}/all
    mount -t overlay overlay -o ${layers} ${at}/all && umount ${at}/all; code=$?; rm -rf ${at}; exit $code`;
  return command(inside("sh", "-c", script)).then(
    () => true,
    () => false,
  );
}
