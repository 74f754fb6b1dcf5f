import { userInfo } from "node:os";

/** The user of this process, to name the holder of a lock; `somebody` in a container whose user has no name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "somebody";
  }
}
