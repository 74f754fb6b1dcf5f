import { version } from "../../../support/version.ts";
import type { Endpoint } from "../endpoint.ts";
import { endpoints } from "../endpoints/all.ts";
import { Components, type Json } from "./components.ts";
import { fixedPaths } from "./fixed-paths.ts";
import { problemAnswer, problems } from "./problems.ts";

let made: Json | undefined;

/** The OpenAPI 3.1 document, from the schemas that check the parameters and describe the answers. */
export function openApiDocument(): Json {
  made ??= makeDocument();
  return made;
}

function makeDocument(): Json {
  const components = new Components();
  const problem = problemAnswer(components);
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) paths[endpoint.path] = { get: operation(endpoint, components, problem) };
  Object.assign(paths, fixedPaths(components, problem));
  return {
    openapi: "3.1.0",
    info: {
      title: "ca3",
      version,
      description:
        "What LLM tokens cost on your GPUs. Times are RFC 3339, money is in millionths of a US dollar.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    tags: [
      { name: "figures", description: "What tokens cost" },
      { name: "telemetry", description: "What GPUs do" },
      { name: "operations", description: "How the pipeline does" },
      { name: "access", description: "Logging in" },
    ],
    paths,
    components: {
      schemas: components.all(),
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "The access token of the server, if it has one",
        },
        session: { type: "apiKey", in: "cookie", name: "ca3_session", description: "From POST /login" },
      },
    },
    security: [{ token: [] }, { session: [] }, {}],
  };
}

function operation(endpoint: Endpoint, components: Components, problem: Json): Json {
  const schema = components.reference(endpoint.response);
  return {
    operationId: operationId(endpoint.path),
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(endpoint.details ? { description: endpoint.details } : {}),
    parameters: parameters(endpoint, components),
    responses: {
      "200": { description: "The answer", content: { [endpoint.media ?? "application/json"]: { schema } } },
      ...problems(problem, 400, 401, 421, 429, 500, 503, ...(endpoint.pathParameter ? [404] : [])),
    },
  };
}

function parameters({ query, pathParameter }: Endpoint, components: Components): Json {
  const required = new Set(query.required ?? []);
  const inQuery = Object.entries(query.properties).map(([name, schema]) => {
    const { description = "", ...rest } = components.reference(schema) as Record<string, Json>;
    const list = rest.type === "array" ? { style: "form", explode: false } : {};
    return { name, in: "query", required: required.has(name), description, schema: rest, ...list };
  });
  if (pathParameter === undefined) return inQuery;
  return [{ ...pathParameter, in: "path", required: true, schema: { type: "string" } }, ...inQuery];
}

/** `/api/v1/dead-letters/{id}` becomes `getDeadLettersById`. */
const operationId = (path: string): string =>
  `get${path
    .replace(/^\/api\/v1/, "")
    .replace(/\{(\w+)\}/g, "by/$1")
    .replace(/[^a-zA-Z]+(\w)/g, (_all, letter: string) => letter.toUpperCase())}`;
