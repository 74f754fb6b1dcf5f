import { list, type ValueType } from "../../support/setting-types.ts";

/** Endpoints of metrics; `/metrics` is added where no path is given. Each one counts once. */
export const endpointUrls: ValueType<readonly string[]> = {
  schema: { type: "array", items: { type: "string", format: "uri" }, minItems: 1 },
  parse: (raw) => {
    const words = list.parse(raw);
    if ("problem" in words) return { problem: "expected URLs, such as http://node-1:9400/metrics" };
    const urls: string[] = [];
    for (const word of words.value) {
      const url = URL.canParse(word) ? new URL(word) : undefined;
      if (!url || !/^https?:$/.test(url.protocol))
        return { problem: "expected a URL such as http://node-1:9400/metrics" };
      if (url.username !== "" || url.password !== "")
        return { problem: "a URL must not hold a password; set producer.scrape.tokens" };
      if (url.pathname === "/" && url.search === "") url.pathname = "/metrics";
      urls.push(url.href);
    }
    return { value: [...new Set(urls)] };
  },
};
