# Three images of the same service:
#   docker build .                      for Kubernetes (RUNNER=kubernetes): programs run in pods of their own
#   docker build --target embedded .    with the embedded sandbox, for one machine (see compose.yaml)
#   docker build --target native .      with bubblewrap and tools of languages, for one machine (see compose.yaml)
# Node runs the sources. What is built is the console, which a server without it would bundle when it is first asked for.

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./

# What only a compiler or a debugger reads (types, source maps) is half of what npm brings; what the console is bundled from
# is in the bundle.
FROM dependencies AS embedded-dependencies
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node-linux-* node_modules/node-bin-* \
 && rm -rf node_modules/esbuild node_modules/@esbuild node_modules/@codemirror node_modules/@lezer node_modules/@preact node_modules/preact \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM dependencies AS console
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY src ./src
RUN node src/server/console/build.ts

# Without the sandbox's own runtimes, and without what is only there for other platforms.
FROM dependencies AS server-dependencies
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/deno node_modules/pyodide \
 && rm -rf node_modules/esbuild node_modules/@esbuild node_modules/@codemirror node_modules/@lezer node_modules/@preact node_modules/preact \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM node:24-slim AS base
ENV NODE_ENV=production HOST=0.0.0.0 PORT=5000 DATA_DIR=/data
WORKDIR /app
RUN mkdir -p /data node_modules/.cache/podline && chown 1000:1000 /data node_modules/.cache/podline
COPY package.json schema.graphql ./
COPY src ./src
COPY --from=console /app/dist ./dist
USER 1000:1000
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Not through npm, which would stand between a signal and the service.
CMD ["node", "--max-semi-space-size=4", "src/start.js"]

FROM base AS embedded
COPY --from=embedded-dependencies /app/node_modules ./node_modules
# The snapshot that Python programs start from: else the first one in each new container would wait for it.
RUN ["node", "src/prepare.js"]
VOLUME /data

FROM base AS native
ENV RUNNER=native
USER 0:0
RUN mkdir -p /usr/share/man/man1 && apt-get update && apt-get install -y --no-install-recommends \
      bubblewrap default-jdk-headless g++ gcc golang-go libc6-dev lua5.4 perl php-cli python3 r-base-core ruby rustc sqlite3 \
 && rm -rf /var/lib/apt/lists/*
USER 1000:1000
COPY --from=server-dependencies /app/node_modules ./node_modules
VOLUME /data

FROM base AS server
ENV RUNNER=kubernetes
COPY --from=server-dependencies /app/node_modules ./node_modules
# What src/start.js keeps compiled, for pods whose files cannot be written: half the processor time of a start.
RUN ["node", "--max-semi-space-size=4", "--input-type=module", "-e", "\
  import { enableCompileCache } from 'node:module'; \
  enableCompileCache('/app/node_modules/.cache/podline'); \
  for (const part of ['app', 'runner/kubernetes/open', 'db/mongodb/open']) await import(`/app/src/${part}.ts`);"]
