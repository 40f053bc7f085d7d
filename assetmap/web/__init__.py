"""Floor 8: Flask, one module per kind of reader."""
