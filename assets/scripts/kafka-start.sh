#!/bin/sh
# Starts the broker of this pod. The disk is formatted once; what is secret reaches Kafka in a file in memory.
set -eu
umask 077
home=${KAFKA_HOME:-/opt/kafka}
config=${CA3_CONFIG_DIR:-/etc/ca3/kafka}
secrets=${CA3_SECRETS_DIR:-/etc/ca3/secrets}
run=${CA3_RUN_DIR:-/run/ca3}

password=$(cat "$secrets/broker-password")
module=org.apache.kafka.common.security.plain.PlainLoginModule
scram=org.apache.kafka.common.security.scram.ScramLoginModule
# Brokers sign in to each other, and to controllers, as the user broker; nobody else has a fixed password.
plain="$module required username=\"broker\" password=\"$password\" user_broker=\"$password\";"
{
  cat "$config/server.properties"
  echo "node.id=${POD_NAME##*-}"
  echo "advertised.listeners=CLIENT://$POD_NAME.$PEERS:$PORT"
  echo "listener.name.client.plain.sasl.jaas.config=$plain"
  echo "listener.name.client.scram-sha-512.sasl.jaas.config=$scram required;"
  echo "listener.name.controller.plain.sasl.jaas.config=$plain"
} >"$run/server.properties"

java -Xmx128m -XX:+UseSerialGC -Dlog4j2.configurationFile="$config/log4j2.properties" -cp "$home/libs/*" \
  kafka.tools.StorageTool format --ignore-formatted --cluster-id="$(cat "$secrets/cluster-id")" -c "$run/server.properties"

exec java "-Xms${HEAP}m" "-Xmx${HEAP}m" -XX:+UseG1GC -XX:MaxGCPauseMillis=50 -XX:+ExitOnOutOfMemoryError \
  -Djava.awt.headless=true -Dlog4j2.configurationFile="$config/log4j2.properties" -cp "$home/libs/*" \
  kafka.Kafka "$run/server.properties"
