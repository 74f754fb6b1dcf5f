/** Jobs that prepare Kafka and MongoDB. */
export const KAFKA_SETUP = "kafka-setup";
export const MONGO_SETUP = "mongo-setup";
