"""Accounts and how they log in: passwords, second factors, sessions, keys, attempts."""
