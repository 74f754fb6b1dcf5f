import { expect, test } from "bun:test";
import { Secret } from "../support/secret.ts";
import { mongoName, mongoUrl, readAddress } from "./mongo-address.ts";

test.each([
  ["mongodb://localhost", undefined, "localhost", ""],
  ["mongodb://localhost:27017/ca3", undefined, "localhost:27017", "ca3"],
  ["mongodb://a:1,b:2,[::1]:3/ca3?replicaSet=rs0", undefined, "a:1,b:2,[::1]:3", "ca3"],
  ["mongodb+srv://cluster.example.com/?retryWrites=true", undefined, "cluster.example.com", ""],
  ["mongodb://ca3:p%40ss%2Fword@db/tele%20metry", "ca3:p%40ss%2Fword", "db", "tele metry"],
  ["mongodb://db/100%", undefined, "db", "100%"],
])("%s is read", (url, credentials, hosts, database) => {
  expect(readAddress(url)).toEqual({ credentials, hosts, database });
});

test.each([
  "localhost:27017",
  "http://db/ca3",
  "mongodb://",
  "mongodb:///ca3",
  "mongodb://u:p@ss@db/ca3",
  "mongodb://a b/c",
  "",
])("%j is refused with what was expected, and without its words", (url) => {
  const parsed = mongoUrl.parse(url);
  expect(parsed).toEqual({ problem: expect.stringContaining("mongodb://host:27017/database") });
});

test.each([
  ["mongodb://u:secret@db:1/own", undefined, "own at db:1"],
  ["mongodb://u:secret@db:1/own", "other", "other at db:1"],
  ["mongodb://db:1", undefined, "ca3 at db:1"],
])("%s with the database %p is called %s", (url, database, name) => {
  expect(mongoName(new Secret(url), database)).toBe(name);
});
