# What millrace-cuda stands on: CUDA 12 and cuDNN 9, which ONNX Runtime's GPU build loads, a Java 17, and the CUDA build of
# libtorch for the trainer, of the one flavor that DJL has a CUDA binding for. Never built: no Docker engine was at hand, nor
# could the archive be fetched, so its hash is not pinned here; LIBTORCH_SHA256 holds it against one that you know.
FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl openjdk-17-jre-headless unzip \
    && rm -rf /var/lib/apt/lists/*
ENV PYTORCH_LIBRARY_PATH=/opt/libtorch/lib PYTORCH_VERSION=2.7.1 PYTORCH_FLAVOR=cu128
ARG LIBTORCH_SHA256=
RUN curl -fsSLo /tmp/libtorch.zip "https://download.pytorch.org/libtorch/$PYTORCH_FLAVOR/libtorch-cxx11-abi-shared-with-deps-$PYTORCH_VERSION%2B$PYTORCH_FLAVOR.zip" \
    && { [ -z "$LIBTORCH_SHA256" ] || echo "$LIBTORCH_SHA256  /tmp/libtorch.zip" | sha256sum -c -; } \
    && unzip -q /tmp/libtorch.zip -d /opt && rm /tmp/libtorch.zip
