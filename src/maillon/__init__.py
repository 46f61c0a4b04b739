"""Maillon: finds, evidences, resolves the links between terrorism and crime, under the law."""
