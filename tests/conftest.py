"""Settings shared by all tests: the hypothesis profile of the house."""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")
