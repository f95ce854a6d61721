"""A run: executed, searched, published, verified, repeated, handed over."""
