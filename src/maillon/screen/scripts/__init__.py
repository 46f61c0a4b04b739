"""One name, many spellings: a module a writing system, its facts as a table beside it."""
