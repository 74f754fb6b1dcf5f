import { type PageFiles, pageFile } from "./page-files.ts";
import { pageHtml } from "./page-html.ts";

/**
 * The page as files, made from its sources in about 50 ms. In the executable, where there are no sources, the build
 * puts a module in place of this one that holds the files.
 */
export async function bundlePage(): Promise<PageFiles> {
  const folder = `${import.meta.dir}/page`;
  const { outputs } = await Bun.build({
    entrypoints: [`${folder}/main.tsx`, `${folder}/early.ts`, `${folder}/styles/main.css`],
    target: "browser",
    minify: true,
    naming: "[name]-[hash].[ext]",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const files: Record<string, ReturnType<typeof pageFile>> = {};
  const add = (name: string, text: string): string => {
    const path = `/assets/${name}`;
    files[path] = pageFile(path, text, true);
    return path;
  };
  const paths: string[] = [];
  for (const output of outputs) paths.push(add(output.path.replace(/^.*\//, ""), await output.text()));
  const icon = await Bun.file(`${folder}/icon.svg`).text();
  const of = (start: string, ext: string): string => {
    const found = paths.find((path) => path.startsWith(`/assets/${start}-`) && path.endsWith(ext));
    if (found === undefined) throw new Error(`the bundle of the page has no ${start}${ext}`);
    return found;
  };
  const html = pageHtml({
    script: of("main", ".js"),
    early: of("early", ".js"),
    style: of("main", ".css"),
    icon: add(`icon-${Bun.hash(icon).toString(36)}.svg`, icon),
  });
  return { "/": pageFile("/index.html", html, false), ...files };
}
