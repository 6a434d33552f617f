"""How fast the product is, as ratios within one run: `make benchmark`. Tests assert what must hold, not how fast."""
