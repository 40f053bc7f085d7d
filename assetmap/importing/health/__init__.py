"""What is wrong or stale in the data, one module for each kind of fault."""
