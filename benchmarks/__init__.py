"""Measurements, run by hand on a quiet machine: `python -m benchmarks.reads`. Tests assert what must hold; these say
how fast it is, as ratios within one run."""
