"""Maillon: finds, evidences and resolves the links between terrorism and organised crime, under the law."""
