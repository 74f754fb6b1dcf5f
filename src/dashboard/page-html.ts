/** Paths of what the page loads. */
export type PageParts = {
  readonly script: string;
  /** Runs before the first paint. */
  readonly early: string;
  readonly style: string;
  readonly icon: string;
};

/** The page before any script has run. Nothing is inline, so that the content policy need not allow it. */
export const pageHtml = ({ script, early, style, icon }: PageParts): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>ca3: cost per token, live</title>
<meta name="description" content="What your LLM tokens cost on your GPUs, live.">
<link rel="icon" href="${icon}" type="image/svg+xml">
<script src="${early}"></script>
<link rel="stylesheet" href="${style}">
<script type="module" src="${script}"></script>
</head>
<body>
<div id="app"></div>
<noscript><p class="noscript">This page draws its figures with JavaScript. Without it, <code>ca3 report</code> prints the same numbers.</p></noscript>
</body>
</html>
`;
