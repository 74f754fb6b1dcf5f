import type { Clock } from "../../support/clock.ts";
import type { LiveObject } from "../live-object.ts";
import type { KubeObject, ObjectRef } from "../object.ts";
import { Discovery } from "./discovery.ts";
import type { KubeHttp } from "./http.ts";
import { getObject, type Listed, listObjects, type Where } from "./read.ts";
import type { Resource } from "./resource.ts";
import { type Change, type WatchOptions, watchObjects } from "./watch.ts";
import { type ApplyOptions, applyObject, createObject, type DeleteOptions, deleteObject } from "./write.ts";

/** One cluster, as one user: kinds are looked up, objects read and written by what names them. */
export class KubeClient {
  readonly discovery: Discovery;

  constructor(
    readonly http: KubeHttp,
    readonly clock: Clock,
  ) {
    this.discovery = new Discovery(http);
  }

  get cluster(): string {
    return this.http.cluster;
  }

  async get(ref: ObjectRef, signal?: AbortSignal): Promise<LiveObject | undefined> {
    return getObject(this.http, await this.discovery.resource(ref), ref, signal);
  }

  list(resource: Resource, where: Where = {}, signal?: AbortSignal): Promise<Listed> {
    return listObjects(this.http, resource, where, signal);
  }

  watch(resource: Resource, where: Where, options: Omit<WatchOptions, "clock">): AsyncGenerator<Change> {
    return watchObjects(this.http, resource, where, { ...options, clock: this.clock });
  }

  async apply(object: KubeObject, options?: ApplyOptions): Promise<LiveObject> {
    return applyObject(this.http, await this.discovery.resource(object), object, options);
  }

  async create(object: KubeObject, signal?: AbortSignal): Promise<LiveObject | undefined> {
    return createObject(this.http, await this.discovery.resource(object), object, signal);
  }

  async delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean> {
    return deleteObject(this.http, await this.discovery.resource(ref), ref, options);
  }
}
