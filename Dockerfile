# One image for every role. Without a command it runs all of Tranche with an embedded PostgreSQL in /data;
# docker-compose.yml runs the roles one by one.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PAPER_HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/frontend/dist ./frontend/dist
COPY scripts/docker-entrypoint.sh /usr/local/bin/tranche-entrypoint
USER node
VOLUME /data
EXPOSE 3000
ENTRYPOINT ["tranche-entrypoint"]
CMD ["node", "--enable-source-maps", "dist/scripts/supervisor.js"]
