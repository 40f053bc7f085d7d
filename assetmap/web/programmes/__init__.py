"""Programmes and their deployments: their pages, and the forms of those who look after them."""
