/** Resolves when `promise` has settled, or after `ms` if that is sooner. */
export async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([promise.catch(() => {}), late.promise]);
  clearTimeout(timer);
}
