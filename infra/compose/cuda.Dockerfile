# What millrace-cuda stands on: CUDA 12 and cuDNN 9, which ONNX Runtime's GPU build loads, and a Java 17.
FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless && rm -rf /var/lib/apt/lists/*
