/** Bytes in the log that are no Kafka records, or in a form nobody here can read. Reading them again changes nothing. */
export class Unreadable extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(what, options);
    this.name = "Unreadable";
  }
}
