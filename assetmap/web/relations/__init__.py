"""The pages by which people answer offers and asks, and see who could meet."""
