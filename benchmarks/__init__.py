"""Our beat measured against others, side by side on the same servers; see docs/benchmarks.md."""
