"""Alembic's migrations of the desk."""
