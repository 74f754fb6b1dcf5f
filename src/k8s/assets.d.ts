/** Bundled as the value that the file holds. */
declare module "*.yaml" {
  const values: Readonly<Record<string, unknown>>;
  export default values;
}
/** Bundled as text. */
declare module "*.sh" {
  const text: string;
  export default text;
}
