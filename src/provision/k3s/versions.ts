/** A release of K3s in its parts: `v1.36.4+k3s1` is Kubernetes 1.36.4, built the first time. */
type Parts = readonly [major: number, minor: number, patch: number, build: number];

function partsOf(version: string): Parts {
  const match = /^v(\d+)\.(\d+)\.(\d+)(?:[+-]k3s(\d+))?/.exec(version);
  const [major = 0, minor = 0, patch = 0, build = 0] = (match?.slice(1) ?? []).map((part) =>
    Number(part ?? 0),
  );
  return [major, minor, patch, build];
}

/** Negative when `a` is older than `b`. What is no version is older than all. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : left[at]! - right[at]!;
}

/** How many minor releases lie between them; positive when `b` is newer. Majors count as if there were no more minors. */
export function minorsBetween(a: string, b: string): number {
  const [[aMajor, aMinor], [bMajor, bMinor]] = [partsOf(a), partsOf(b)];
  return (bMajor - aMajor) * 1000 + bMinor - aMinor;
}

/** `v1.36` */
export const minorOf = (version: string, more = 0): string => {
  const [major, minor] = partsOf(version);
  return `v${major}.${minor + more}`;
};
