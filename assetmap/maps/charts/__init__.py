"""Charts as SVG: numbers and words in, markup out. Each has a name, a description, and says what it leaves out."""
