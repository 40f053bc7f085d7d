"""The pages of those who keep the map right."""
