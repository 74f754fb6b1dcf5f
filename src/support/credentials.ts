/** `mongodb://user:word@host` becomes `mongodb://[redacted]@host`. */
export const withoutCredentials = (text: string): string =>
  text.includes("@") ? text.replace(/(:\/\/)[^/\s?#]*@/g, "$1[redacted]@") : text;
