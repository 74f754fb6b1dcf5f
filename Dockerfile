# syntax=docker/dockerfile:1
# One image for every job: `docker run ca3 producer`, `docker run ca3 processor`. docs/containers.md says what it needs.
# Name images by digest to build the same again: --build-arg BUILD_IMAGE=…@sha256:…, --build-arg BASE_IMAGE=…@sha256:…
ARG BUILD_IMAGE=docker.io/oven/bun:1.4.5
# glibc, certificates and time zones; no shell, no package manager
ARG BASE_IMAGE=gcr.io/distroless/base-nossl-debian12:nonroot

FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --ignore-scripts
COPY . .
ARG TARGETARCH=amd64
ARG CA3_COMMIT=unknown
RUN CA3_COMMIT=${CA3_COMMIT} bun scripts/build.ts --outfile /out/ca3 \
    --target "bun-linux-$(test "${TARGETARCH}" = amd64 && echo x64 || echo "${TARGETARCH}")"

FROM ${BASE_IMAGE}
COPY --from=build --chmod=0555 /out/ca3 /usr/local/bin/ca3
# No secret has a place here: give them to the container, as variables or as files.
ENV HTTP_HOST=0.0.0.0 HTTP_PORT=8080
EXPOSE 8080
USER 65532:65532
WORKDIR /
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/ca3"]
