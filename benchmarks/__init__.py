"""Benchmarks: speed as ratios within one run (`make benchmark`). Tests assert correctness only, never speed."""
