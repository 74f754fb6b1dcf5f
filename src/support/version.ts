import manifest from "../../package.json" with { type: "json" };

/** Replaced by the build; absent when the sources run as they are. */
declare const CA3_BUILD_COMMIT: string | undefined;

/** The release, from package.json. */
export const version: string = manifest.version;

/** Git commit the executable was built from, or `source`. */
export const commit: string = typeof CA3_BUILD_COMMIT === "string" ? CA3_BUILD_COMMIT : "source";
