"""Floor 6: a file becomes rows, then problems or records, then one transaction."""
