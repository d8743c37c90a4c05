"""Starts the programs under test and asks them questions; the tests say what the answers must be."""
