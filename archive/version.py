"""The version of the distribution; pyproject.toml reads it from here, and runs record it."""

__version__ = "0.1.0"
TOOL = f"morgue {__version__}"
