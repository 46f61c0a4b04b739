"""The HTTP service over the layers: our API, what clients made for yente speak, and the worker."""
