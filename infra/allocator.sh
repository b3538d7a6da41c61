# How glibc's allocator serves PyTorch: why and what it gains is in infra/decisions/allocator.md. Read by the shells that
# start Java; the images have the same in infra/cli/pom.xml. Values in the environment win.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX-1}"
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_-33554432}"
export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_-536870912}"
