# Build: everything that a build needs stays behind in this stage.
FROM node:20-bookworm AS build
WORKDIR /src
COPY . .
RUN node scripts/pnpm.mjs install --frozen-lockfile \
 && node scripts/pnpm.mjs run build \
 && node scripts/pnpm.mjs --filter @sentinelmesh/server deploy --legacy --prod /app

# Run: the built program and its two native packages, as a user without rights.
FROM node:20-bookworm-slim
ENV NODE_ENV=production SENTINELMESH_DATA_DIR=/data
COPY --from=build --chown=root:root /app /app
RUN install -d -o node -g node -m 0700 /data
USER node
WORKDIR /app
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:8000/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve"]
