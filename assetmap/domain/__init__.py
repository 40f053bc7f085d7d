"""Floor 1: plain dataclasses, enums and rules; no framework is imported here."""
