"""Programmes from files and forms, and back: one table whose column `record` says what each row is."""
