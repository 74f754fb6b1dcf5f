declare module "*.lock.yaml" {
  const images: Readonly<
    Record<
      "kafka" | "mongo" | "dcgmExporter",
      { readonly image: string; readonly tag: string; readonly digest: string; readonly reason?: string }
    >
  >;
  export default images;
}
declare module "*.sh" {
  const text: string;
  export default text;
}
