# One image for api, worker, queue-worker, migrate and sandbox: the command says which. TypeScript runs as it is on Node 24.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund || npm install --no-save --omit=dev --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY . .
# Named volumes take their owner from here.
RUN mkdir -p /data /sandbox && chown node:node /data /sandbox
USER node
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# For the API; compose gives the other programs their own, or none.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.API_PORT ?? 8080}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/api.ts"]
