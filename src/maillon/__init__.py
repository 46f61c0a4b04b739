"""Maillon: finds, evidences, resolves the links between terrorism and crime, under the law."""

__version__ = "0.1.0"
