import { expect, test } from "bun:test";
import { describeRule, rulesFor } from "./rules.ts";

const ADMIN = "203.0.113.7/32";
const said = (rules: ReturnType<typeof rulesFor>["control"]) =>
  rules.map((rule) => describeRule(rule, "group" in rule.from ? rule.from.group : rule.from.cidr));

test("from outside only the admins reach the control plane, and nobody a worker", () => {
  const { control, worker } = rulesFor({ admins: [ADMIN], openApi: true, together: false });
  expect(said(control).filter((rule) => rule.endsWith(ADMIN))).toEqual([
    `22/tcp from ${ADMIN}`,
    `6443/tcp from ${ADMIN}`,
  ]);
  expect(said(worker).filter((rule) => !/ (control|worker)$/.test(rule))).toEqual([]);
  expect(said(worker)).toContain("22/tcp from control");
});

test("with the API behind the tunnel, 6443 is open to the nodes alone", () => {
  const { control } = rulesFor({ admins: [ADMIN], openApi: false, together: false });
  expect(said(control).filter((rule) => rule.startsWith("6443"))).toEqual(["6443/tcp from worker"]);
});

test("etcd is open among control planes only, and only when there are several", () => {
  const etcd = (together: boolean) =>
    said(rulesFor({ admins: [ADMIN], openApi: true, together }).control).filter((rule) =>
      rule.startsWith("2379"),
    );
  expect(etcd(false)).toEqual([]);
  expect(etcd(true)).toEqual(["2379-2380/tcp from control"]);
});
