"""Benchmarks: ratios to peers in the same run. `make bench` runs them and writes docs/performance.md."""
