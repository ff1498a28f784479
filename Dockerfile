# heeler as an image: one static binary and the certificates of the usual authorities. It runs as nobody in particular,
# has no shell, and writes nowhere but where something is mounted.
#
#     docker build -t heeler .
#     docker run --rm -v "$PWD:/work:ro" -e DD_SITE -e DD_API_KEY -e DD_APP_KEY heeler plan heeler/
#
# apply keeps deleted accounts, and reports, in the working directory, and deletes nothing that it cannot keep: for it leave `:ro` out, and
# add --user "$(id -u)".
FROM rust:1.95-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends musl-tools \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN target="$(uname -m)-unknown-linux-musl" \
    && rustup target add "$target" \
    && cargo build --profile dist --locked --target "$target" --bin heeler \
    && mkdir out \
    && cp "target/$target/dist/heeler" LICENSE out/

FROM gcr.io/distroless/static-debian12:nonroot
LABEL org.opencontainers.image.source="https://github.com/heeler-dev/heeler" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.description="Keeps AWS integrations where git says they belong"
COPY --from=build /build/out/heeler /usr/local/bin/heeler
COPY --from=build /build/out/LICENSE /usr/share/doc/heeler/LICENSE
WORKDIR /work
USER nonroot:nonroot
ENTRYPOINT ["/usr/local/bin/heeler"]
